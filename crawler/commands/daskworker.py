"""A Dask worker that reads pages as every other process of ours does: in a pool, with a time limit for each."""

from __future__ import annotations

import multiprocessing
import os

from distributed import Worker, WorkerPlugin

from crawler.pool import PROCESSES, shared_pool


class Pooled(WorkerPlugin):
    """Gives each worker a pool of as many processes as it has threads."""

    name = "djeli-pool"

    def setup(self, worker: Worker) -> None:
        """A worker under a nanny is a daemon, which may have no children unless it says that it is none."""
        multiprocessing.current_process().daemon = False
        os.environ.setdefault(PROCESSES, str(worker.state.nthreads))

    def teardown(self, worker: Worker) -> None:
        """A pool that is left open holds the worker up when it is to end."""
        if shared_pool.cache_info().currsize:
            shared_pool().close()
            shared_pool.cache_clear()
