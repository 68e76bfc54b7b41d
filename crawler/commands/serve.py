"""``djeli serve``: the reading room, where the archive is searched and read in a browser."""

from __future__ import annotations

import ipaddress
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from contextlib import ExitStack
from pathlib import Path

from crawler.commands.options import add_data_dir

HELP = "search and read the archive in a browser"
EXAMPLES = """\
examples:
  djeli serve                                   http://127.0.0.1:8080, for this machine alone
  djeli serve --data-dir data/demo --port 8090
  DJELI_TOKEN=$(openssl rand -hex 16) djeli serve --host 0.0.0.0

Nothing is fetched from the live web: pages are shown from the WARC files, without scripts.  On another
address than loopback everyone who can reach it could read along, so that needs a token; it is asked
for once in a browser, and scripts send it as `Authorization: Bearer TOKEN`.
Exit status: 0 when stopped, 1 if there is nothing to read or the port is taken, 2 wrong usage.
"""
TOKEN = "DJELI_TOKEN"
_SHORTEST_TOKEN = 12


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument(
        "--port", type=_port, default=8080, help="default: 8080; 0 takes a free one"
    )
    parser.add_argument(
        "--token", help=f"what readers must know (default: ${TOKEN}, which no process list shows)"
    )
    parser.add_argument(
        "--replayweb",
        type=Path,
        default=Path(".replayweb/replaywebpage"),
        metavar="DIR",
        help="where ReplayWeb.page is, for replay with scripts (default: where `make replayweb` puts it)",
    )
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Serve until Ctrl-C."""
    from archive.errors import ArchiveError
    from crawler.web.app import application
    from crawler.web.full import full_application, is_player
    from crawler.web.guard import Key, loopback_names
    from crawler.web.room import room_of
    from crawler.web.serving import address_of, listening, serve

    token = options.token or os.environ.get(TOKEN)
    is_local = _is_loopback(options.host)
    _check(options.host, token, is_local=is_local)
    if not options.data_dir.is_dir():
        raise ArchiveError(f"{options.data_dir}: no such folder")
    room = room_of(options.data_dir, Key(token) if token else None)
    hosts = loopback_names(options.host) if is_local else None
    beside = None
    with ExitStack() as open_sockets:
        listener = open_sockets.enter_context(listening(options.host, options.port))
        if is_player(options.replayweb):
            second = open_sockets.enter_context(listening(options.host, _next(options.port)))
            room.full = second.getsockname()[1]
            beside = (full_application(room, options.replayweb, hosts), second)
        room.prepare()
        _announce(address_of(options.host, listener))
        serve(application(room, hosts), listener, beside)
    return 0


def _next(port: int) -> int:
    """Another port is another origin: scripts of archived pages must not run on the room's."""
    return port + 1 if 0 < port < 65535 else 0


def _check(host: str, token: str | None, *, is_local: bool) -> None:
    from archive.errors import UsageError

    if not is_local and not token:
        raise UsageError(
            f"--host {host}: everyone who can reach it could read the archive; give --token or ${TOKEN},"
            " or stay on 127.0.0.1 and come in by `ssh -L 8080:127.0.0.1:8080`"
        )
    if token and len(token) < _SHORTEST_TOKEN:
        raise UsageError(f"a token of less than {_SHORTEST_TOKEN} characters can be guessed")


def _announce(address: str) -> None:
    sys.stdout.write(f"The reading room is open at {address}/ (Ctrl-C closes it)\n")
    sys.stdout.flush()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > 65535:
        raise ArgumentTypeError(f"{text!r} is no port from 0 to 65535")
    return int(text)
