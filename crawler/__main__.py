"""``djeli``: the table of commands."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from io import TextIOWrapper

from archive import __version__
from archive.errors import DjeliError, UsageError

COMMANDS = (
    "crawl",
    "scrape",
    "extract",
    "sites",
    "search",
    "serve",
    "coverage",
    "schedule",
    "verify",
    "rebuild",
    "cdxj",
    "export",
    "worker",
    "cluster",
)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; its exit status is 0 done, 1 failed, 2 called wrongly."""
    parser = argparse.ArgumentParser(
        prog="djeli", description="The archiving crawler for African-security news."
    )
    parser.add_argument("--version", action="version", version=f"djeli {__version__}")
    table = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in _asked(sys.argv[1:] if arguments is None else arguments):
        module = import_module(f"crawler.commands.{name}")
        command = table.add_parser(
            name,
            help=module.HELP,
            description=module.HELP[0].upper() + module.HELP[1:] + ".",
            epilog=module.EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.configure(command)
        command.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    _speak_utf8()
    return _run(options)


def _asked(arguments: list[str]) -> tuple[str, ...]:
    """The command that comes first, or all: what nobody runs need not be imported."""
    return (arguments[0],) if arguments and arguments[0] in COMMANDS else COMMANDS


def _speak_utf8() -> None:
    """JSON is UTF-8 (RFC 8259), whatever the locale says of the terminal."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def _run(options: argparse.Namespace) -> int:
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except UsageError as e:
        sys.stderr.write(f"djeli: {e}\n")
        return 2
    except DjeliError as e:
        sys.stderr.write(f"djeli: {e}\n")
        return 1
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        _drop_output()
        return 1
    except OSError as e:
        sys.stderr.write(f"djeli: {e.filename or 'cannot write the output'}: {e.strerror or e}\n")
        _drop_output()
        return 1
    except KeyboardInterrupt:
        return 1
    return status


def _drop_output() -> None:
    """Or Python tries once more to write it when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
