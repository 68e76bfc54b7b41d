"""Other people's tools that judge ours; test dependencies, never needed to run Djeli."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# warcio 1.8 crashes on bodies in brotli wherever the package that Scrapy brings is installed.
_WITHOUT_BROTLI = "import runpy, sys; sys.modules['brotli'] = None; del sys.argv[0]; runpy.run_path(sys.argv[0], run_name='__main__')"


def judge(tool: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a judge from the environment that runs the tests."""
    program = Path(sys.executable).with_name(tool)
    command = [sys.executable, "-c", _WITHOUT_BROTLI, str(program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
