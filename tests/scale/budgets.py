"""The budgets that docs/performance.md states."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/performance.md"
UNITS = {"": 1.0, "KiB": 1 << 10, "MiB": 1 << 20, "s": 1.0}


def budget(what: str) -> float:
    """The figure in the one row that begins with `what`, in bytes or seconds or as a count."""
    table = PAGE.read_text("utf-8").partition("## Budgets")[2].partition("## ")[0]
    rows = re.findall(rf"^\| {re.escape(what)}[^|]*\| ([0-9.]+) ?(\w*) \|$", table, re.MULTILINE)
    ((figure, unit),) = rows
    return float(figure) * UNITS[unit]
