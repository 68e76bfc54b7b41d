"""The room on a socket."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from archive.errors import ArchiveError


def serve(
    app: ASGIApp, listener: socket.socket, beside: tuple[ASGIApp, socket.socket] | None = None
) -> None:
    """Serve until interrupted; ``beside`` is another application on another port, which ends with it."""
    if beside:
        other = uvicorn.Server(_config(beside[0]))
        arguments = {"sockets": [beside[1]]}
        threading.Thread(target=other.run, kwargs=arguments, daemon=True).start()
    with suppress(KeyboardInterrupt):
        uvicorn.Server(_config(app)).run(sockets=[listener])


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, lifespan="auto"
    )


def address_of(host: str, listener: socket.socket) -> str:
    """Where a browser finds what listens there."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"


def listening(host: str, port: int) -> socket.socket:
    """A socket; 0 takes a free port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as e:
        raise ArchiveError(f"cannot listen on {host}:{port}: {e.strerror or e}") from e
