"""Parts of a long check: each is named before it runs, and all run even when one fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv/bin/python")
NPM = ("npm", "--prefix", "web", "run", "--silent")


@dataclass(frozen=True)
class Part:
    """`report` is the JUnit file that the command writes, when it runs tests."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    report: Path | None = None

    def run(self) -> bool:
        """Whether it passed. What it prints is seen as it comes."""
        print(self._title, flush=True)
        return self._run(None)

    def run_quietly(self) -> bool:
        """Whether it passed. What it prints is seen at its end: others run meanwhile."""
        with tempfile.TemporaryFile("w+") as output:
            passed = self._run(output)
            output.seek(0)
            print(f"{self._title}\n{output.read()}", end="", flush=True)
        return passed

    @property
    def _title(self) -> str:
        return f"\n== {self.name}: {' '.join(self.command)}"

    def _run(self, output: TextIO | None) -> bool:
        started = time.monotonic()
        if self.report is not None:
            self.report.parent.mkdir(parents=True, exist_ok=True)
            self.report.unlink(missing_ok=True)
        finished = subprocess.run(
            self.command,
            cwd=ROOT,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            check=False,
        )
        passed = finished.returncode == 0
        seconds = time.monotonic() - started
        outcome = f"-- {self.name}: {'passed' if passed else 'FAILED'} in {seconds:.0f} s"
        print(outcome, file=output, flush=True)
        return passed


def run_all(parts: Sequence[Part]) -> list[Part]:
    """Runs every part; those that failed."""
    return [part for part in parts if not part.run()]


def run_two_at_once(parts: Sequence[Part]) -> list[Part]:
    """Runs every part, in any order; those that failed. The longest should stand first."""
    with ThreadPoolExecutor(2) as threads:
        passed = list(threads.map(Part.run_quietly, parts))
    return [part for part, has_passed in zip(parts, passed, strict=True) if not has_passed]


def python(*arguments: str) -> list[str]:
    return [PYTHON, *arguments]


def fail_with(failed: Sequence[Part]) -> None:
    if failed:
        print(f"\nFailed: {', '.join(part.name for part in failed)}", flush=True)
        sys.exit(1)
