"""How many tests passed, failed and did not run, by the JUnit reports that the runners wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Tally:
    """A skipped test is in neither number: its reason is counted."""

    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def tally(reports: Sequence[Path]) -> Tally:
    """A report that is missing or can't be read counts as one failure."""
    passed = failed = 0
    skipped: Counter[str] = Counter()
    for report in reports:
        try:
            cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 (our own files)
        except (OSError, ElementTree.ParseError):
            failed += 1
            continue
        for case in cases:
            outcomes = {child.tag: child for child in case}
            if outcomes.keys() & {"failure", "error"}:
                failed += 1
            elif "skipped" in outcomes:
                skipped[outcomes["skipped"].get("message", "no reason given")] += 1
            else:
                passed += 1
    return Tally(passed, failed, skipped)
