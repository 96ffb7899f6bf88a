"""Parts of a long check: each is named before it runs, and all run even when one fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
        """Whether it passed."""
        print(f"\n== {self.name}: {' '.join(self.command)}", flush=True)
        started = time.monotonic()
        if self.report is not None:
            self.report.parent.mkdir(parents=True, exist_ok=True)
            self.report.unlink(missing_ok=True)
        finished = subprocess.run(
            self.command,
            cwd=ROOT,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        passed = finished.returncode == 0
        seconds = time.monotonic() - started
        print(f"-- {self.name}: {'passed' if passed else 'FAILED'} in {seconds:.0f} s", flush=True)
        return passed


def run_all(parts: Sequence[Part]) -> list[Part]:
    """Runs every part; those that failed."""
    return [part for part in parts if not part.run()]


def python(*arguments: str) -> list[str]:
    return [PYTHON, *arguments]


def fail_with(failed: Sequence[Part]) -> None:
    if failed:
        print(f"\nFailed: {', '.join(part.name for part in failed)}", flush=True)
        sys.exit(1)
