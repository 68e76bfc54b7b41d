"""Every command of the README, run in its order in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that git would check out, and nothing else: ``make demo`` makes the environment."""
    copy = tmp_path_factory.mktemp("readme") / "djeli"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        source, target = ROOT / name, copy / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return copy


def test_every_command_works_as_written(checkout: Path) -> None:
    script = "\n".join(BLOCKS)
    assert script.count("make test") == 1
    script = script.replace("make test\n", "")  # what is running just now
    ready = "\nfor i in $(seq 50); do (: < /dev/tcp/127.0.0.11/8011) 2>/dev/null && break; sleep 0.1; done\n"
    script = script.replace("--serve &\n", "--serve > serve.log 2>&1 &" + ready)
    assert "serve.log" in script
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    outcome = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"trap 'kill $(jobs -p)' EXIT\n{script}"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stderr
    kept = "".join(p.read_text("utf-8") for p in checkout.glob("data/demo/articles/*.jsonl"))
    again = (checkout / "data/demo/again.jsonl").read_text(encoding="utf-8")
    assert set(again.splitlines()) <= set(kept.splitlines())
    for line in _shown():
        assert line in outcome.stdout, line


def _shown() -> list[str]:
    """Lines of the README's sample outputs that are the same on every machine."""
    samples = "\n".join(re.findall(r"^```text\n(.*?)^```", README, re.DOTALL | re.MULTILINE))
    wanted = re.compile(
        r"(site |sahel-demain|lake-chad|nile-dispatch|canal-do|pembe-news|WARC files)"
    )
    return [line for line in samples.splitlines() if wanted.match(line)]


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 150


def test_every_command_and_option_file_named_exists() -> None:
    for path in re.findall(r"`((?:tests|docs|archive|crawler|spiders)/[\w./]+\.\w+)`", README):
        assert (ROOT / path).is_file(), path
