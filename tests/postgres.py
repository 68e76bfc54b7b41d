"""A PostgreSQL of this machine: the programs of the pgserver wheel, or Debian's, on a loopback port."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

_PATIENCE = 30.0  # seconds


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a server that is there while entered; it is stopped by its process id."""
    folder = Path(tempfile.mkdtemp(prefix="djeli-postgres-"))
    folder.chmod(0o755)
    data, user = folder / "data", _user()
    data.mkdir()
    if user:
        shutil.chown(data, user)
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    programs, quiet = _programs(), {"stdout": subprocess.DEVNULL, "cwd": "/", "user": user}
    made = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "djeli",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(made, check=True, stderr=subprocess.DEVNULL, **quiet)  # type: ignore[call-overload]
    settings = (
        "fsync=off",
        "unix_socket_directories=",
        "listen_addresses=127.0.0.1",
        f"port={port}",
    )
    command = [programs / "postgres", "-D", data, *(f"--{setting}" for setting in settings)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stderr=log, **quiet)  # type: ignore[call-overload]
    try:
        url = f"postgresql://djeli@127.0.0.1:{port}/postgres"
        _wait(url, server)
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # its word for "now": sessions are ended
        server.wait()
        shutil.rmtree(folder)


@contextmanager
def database(server: str) -> Iterator[str]:
    """A database of its own, for a test."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"{server.rpartition('/')[0]}/{name}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _programs() -> Path:
    """Importing pgserver would make folders."""
    found = importlib.util.find_spec("pgserver")
    if found and found.origin:
        return Path(found.origin).parent / "pginstall" / "bin"
    program = shutil.which("postgres")
    assert program, "PostgreSQL is needed: pip install pgserver, or apt-get install postgresql"
    return Path(program).resolve().parent


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > until or server.poll() is not None:
                raise
            time.sleep(0.05)
        else:
            return
