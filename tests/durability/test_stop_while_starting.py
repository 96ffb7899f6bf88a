"""A server that is asked to end while it starts ends, at whatever moment, and starts again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TIMES = 200 if "TEAHOUSE_SOAK" in os.environ else 4


@pytest.mark.soak
def test_who_is_asked_to_end_at_any_moment_of_the_start_does(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.durability.starts", str(tmp_path), str(TIMES)]
    env = {**os.environ, "PYTHONPATH": "src"}
    done = subprocess.run(program, env=env, capture_output=True, check=True, text=True)
    codes = done.stdout.split()
    assert len(codes) == 3 + 2 * TIMES + TIMES // 2
    assert set(codes) == {"0"}
    assert "Traceback" not in done.stderr
