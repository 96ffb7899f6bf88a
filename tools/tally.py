"""How many tests passed and failed, by the JUnit reports that the test runners wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Tally:
    """A skipped test is in neither number."""

    passed: int = 0
    failed: int = 0


def tally(reports: Sequence[Path]) -> Tally:
    """A report that is missing or can't be read counts as one failure."""
    passed = failed = 0
    for report in reports:
        try:
            cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 (our own files)
        except (OSError, ElementTree.ParseError):
            failed += 1
            continue
        for case in cases:
            outcomes = {child.tag for child in case}
            if outcomes & {"failure", "error"}:
                failed += 1
            elif "skipped" not in outcomes:
                passed += 1
    return Tally(passed, failed)
