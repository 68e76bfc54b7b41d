"""An S3 of this machine: moto's server on a loopback port, with one bucket."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from s3fs import S3FileSystem

BUCKET = "desk"
_PATIENCE = 60.0  # seconds; moto imports for some


@contextmanager
def object_store() -> Iterator[dict[str, str]]:
    """The environment in which ``s3://desk`` is there, also for processes that are started."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "moto.server",
        "-H",
        "127.0.0.1",
        "-p",
        f"{port}",
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _make_bucket(f"{base}/{BUCKET}", server)
        S3FileSystem.clear_instance_cache()  # which may know another server
        yield {
            "AWS_ENDPOINT_URL": base,
            "AWS_ACCESS_KEY_ID": "desk",
            "AWS_SECRET_ACCESS_KEY": "desk",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    finally:
        server.terminate()
        server.wait()


def _make_bucket(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, method="PUT")):
                return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until or server.poll() is not None:
                raise
            time.sleep(0.1)
