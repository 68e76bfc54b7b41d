"""The bundled newsroom as a running server, and the command as a user calls it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from demo.__main__ import write_site_files
from demo.server import NewsroomServer, running

# How long an example takes depends on what else the machine does; new ones are for those who can act on them.
settings.register_profile("ours", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if "CI" in os.environ else "ours")

# A shell that starts the tests in the background has them ignore Ctrl-C, and so would each command under test.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent

Djeli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def djeli() -> Djeli:
    """Runs ``djeli`` with the arguments given, outside the checkout's data folder."""

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "crawler", *map(str, arguments)]
        environment = {**os.environ, "PYTHONWARNINGS": "error::ResourceWarning"}
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            command,
            **{
                "capture_output": True,
                "text": True,
                "timeout": 300,  # seconds, on a machine that does other things as well
                "cwd": ROOT,
                "env": environment,
                "check": False,
                **options,
            },
        )

    return run


@dataclass(frozen=True)
class Crawled:
    """The newsroom, and what one crawl of all of it left."""

    server: NewsroomServer
    data_dir: Path
    outcome: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory, djeli: Djeli) -> Iterator[Crawled]:
    """One crawl of the whole newsroom, shared by the tests that only read."""
    data_dir = tmp_path_factory.mktemp("crawled")
    with running() as server:
        write_site_files(server.outlets, data_dir / "sites")
        ids = [outlet.id for outlet in server.outlets]
        yield Crawled(server, data_dir, djeli("crawl", *ids, "--data-dir", data_dir))


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """An S3 bucket of this machine, and the environment that reaches it."""
    from tests.objectstore import BUCKET, object_store

    with pytest.MonkeyPatch.context() as patch, object_store() as environment:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield f"s3://{BUCKET}"


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where files are stored: a folder, or a bucket."""
    if request.param == "folder":
        return str(tmp_path / "store")
    return f"{request.getfixturevalue('bucket')}/{uuid.uuid4()}"
