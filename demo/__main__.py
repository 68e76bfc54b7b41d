"""`python -m demo`: serve the newsroom and crawl it, or only serve it."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

from demo.newsroom import DEFAULT_PORT
from demo.outlet import Outlet
from demo.server import PortTakenError, running


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit status is the crawl's."""
    options = _parser().parse_args(arguments)
    try:
        with running(options.port) as server:
            if options.serve:
                return _serve(server.outlets)
            return _crawl(server.outlets, options.data_dir)
    except PortTakenError as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1


def write_site_files(outlets: Sequence[Outlet], folder: Path) -> None:
    """One site file per outlet, as a user would write it."""
    folder.mkdir(parents=True, exist_ok=True)
    for outlet in outlets:
        (folder / f"{outlet.id}.toml").write_text(outlet.masthead.site_toml(), "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument(
        "--data-dir", type=Path, default=Path("data/demo"), help="where the archive goes"
    )
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="port of all outlets; 0 takes a free one"
    )
    parser.add_argument("--serve", action="store_true", help="serve until Ctrl-C, crawl nothing")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 65536:
        raise argparse.ArgumentTypeError(f"{port} is no port; allowed are 0 to 65535")
    return port


def _serve(outlets: Sequence[Outlet]) -> int:
    for outlet in outlets:
        sys.stdout.write(f"{outlet.masthead.url()}  {outlet.masthead.name}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        Event().wait()
    return 0


def _crawl(outlets: Sequence[Outlet], data_dir: Path) -> int:
    try:
        write_site_files(outlets, data_dir / "sites")
    except OSError as error:
        sys.stderr.write(f"demo: cannot write {error.filename}: {error.strerror}\n")
        return 1
    ids = [outlet.id for outlet in outlets]
    status = _run([sys.executable, "-m", "crawler", "crawl", "--data-dir", str(data_dir), *ids])
    if status == 0:
        sys.stdout.write(_next_steps(data_dir))
    return status


def _run(command: Sequence[str]) -> int:
    with subprocess.Popen(command) as process:
        while True:
            # Ctrl-C reaches the crawl as well, which is to close its files in peace.
            with suppress(KeyboardInterrupt):
                return process.wait()


def _next_steps(data_dir: Path) -> str:
    djeli = Path(os.path.relpath(Path(sys.executable).with_name("djeli")))
    return (
        "\nTry next:\n"
        f"  {djeli} search --data-dir {data_dir} Tillabéri\n"
        f"  {djeli} extract --data-dir {data_dir} {data_dir}/warc/*.warc.gz\n"
        f"  {djeli} verify --data-dir {data_dir}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
