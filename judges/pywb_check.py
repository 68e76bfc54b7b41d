"""`python -m judges.pywb_check`: does pywb replay every capture as it is in the archive?

Two collections are asked for each capture at its own time: one that pywb indexed itself, and one with our CDXJ.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from judges.captures import Answer, Capture, Unusable, captures, truth, without_coding
from judges.install import JudgeError, free_port, installed_venv, run, say, serving
from judges.newsroom import crawled, warc_files
from judges.odd_archive import write_odd_archive
from judges.verdict import Verdict, are_near, judged, passed, table

REQUIREMENTS = Path(__file__).with_name("requirements-pywb.txt")
OWN, OURS = "indexed-by-pywb", "with-our-cdxj"
_URL_SAFE = ":/?#[]@!$&'()*+,;=%~"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every capture is replayed right, but for the judge's known faults."""
    options = _parser().parse_args(arguments)
    try:
        with _scratch() as scratch:
            programs = installed_venv("pywb", REQUIREMENTS)
            faults = _judge_all(programs, options.data_dir, scratch)
    except JudgeError as e:
        say(f"pywb_check: {e}")
        return 1
    return int(faults)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m judges.pywb_check", description=__doc__)
    parser.add_argument(
        "--data-dir", type=Path, help="an archive to judge, in place of the demo newsroom's"
    )
    return parser


@contextmanager
def _scratch() -> Iterator[Path]:
    with TemporaryDirectory(prefix="djeli-pywb-") as folder:
        yield Path(folder)


def _judge_all(programs: Path, data_dir: Path | None, scratch: Path) -> bool:
    odd = scratch / "odd"
    write_odd_archive(odd / "warc")
    faults = _judge("odd captures made by hand", odd, programs, scratch / "pywb-odd")
    if data_dir is None:
        data_dir = scratch / "newsroom"
        crawled(data_dir, free_port())
    return _judge(str(data_dir), data_dir, programs, scratch / "pywb") or faults


def _judge(name: str, data_dir: Path, programs: Path, folder: Path) -> bool:
    """Whether there are faults in an archive's replay; they are printed."""
    files = warc_files(data_dir)
    found = list(captures(files))
    unusable = [one for one in found if isinstance(one, Unusable)]
    wanted = [one for one in found if isinstance(one, Capture)]
    for one in unusable:
        _print(f"cannot be replayed by anybody: {one.what}: {one.reason}")
    faults = bool(unusable)
    _make_collections(programs, folder, files)
    port = free_port()
    command = [str(programs / "wayback"), "--bind", "127.0.0.1", "--port", str(port)]
    with serving(command, port, folder / "log", folder):
        for collection in (OWN, OURS):
            verdicts = list(_verdicts(wanted, port, collection))
            _print(f"\n{name}, {collection}:\n{table(verdicts)}")
            _print_deviations(verdicts)
            faults |= not passed(verdicts)
    return faults


def _make_collections(programs: Path, folder: Path, files: Sequence[Path]) -> None:
    folder.mkdir()
    manager, names = str(programs / "wb-manager"), [str(file.absolute()) for file in files]
    for collection in (OWN, OURS):
        run([manager, "init", collection], "pywb makes no collection", cwd=folder)
    run([manager, "add", OWN, *names], "pywb cannot index the archive", cwd=folder)
    ours = folder / "collections" / OURS
    for file in files:
        (ours / "archive" / file.name).symlink_to(file.absolute())
    cdxj = run([sys.executable, "-m", "crawler", "cdxj", *names], "djeli cdxj fails")
    (ours / "indexes" / "index.cdxj").write_text(cdxj, "utf-8")


def _verdicts(wanted: Sequence[Capture], port: int, collection: str) -> Iterator[Verdict]:
    captures_of = defaultdict(list)
    for capture in wanted:
        captures_of[capture.key].append(capture)
    for capture in wanted:
        near = [truth(one) for one in captures_of[capture.key] if are_near(capture, one)]
        yield judged(capture, truth(capture), ask(port, collection, capture), near)


def ask(port: int, collection: str, capture: Capture) -> Answer | None:
    """What pywb replays for a capture, unrewritten; None if it has none."""
    prefix = f"/{collection}/{capture.timestamp}id_/"
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        # Kept open, a connection would hang where a cut body is shorter than its Content-Length.
        headers = {"Accept-Encoding": "gzip, deflate, br", "Connection": "close"}
        connection.request("GET", prefix + quote(capture.url, safe=_URL_SAFE), headers=headers)
        response = connection.getresponse()
        payload = _body(response)
    except (OSError, HTTPException) as e:
        raise JudgeError(f"pywb breaks off at {capture.name}: {e!r}") from e
    finally:
        connection.close()
    if response.status == 404 and response.getheader("Memento-Datetime") is None:
        return None
    head = f"Content-Encoding: {response.getheader('Content-Encoding', '')}".encode("latin-1")
    location = response.getheader("Location")
    return Answer(
        response.status,
        _unprefixed(location) if location else None,
        without_coding(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n", payload),
    )


def _body(response: HTTPResponse) -> bytes:
    """All that comes; of a truncated capture that is less than its Content-Length says."""
    try:
        return response.read()
    except IncompleteRead as e:
        return e.partial


def _unprefixed(location: str) -> str:
    """A Location without what pywb put before it."""
    _, marker, url = location.partition("id_/")
    return url if marker else location


def _print_deviations(verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        if verdict.outcome != "right":
            capture = verdict.capture
            kinds = ", ".join(capture.kinds)
            _print(f"{verdict.outcome:8} {capture.name} ({kinds}): {verdict.why}")


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
