"""The closing line's numbers come from the reports, and a missing report is a failure."""

from __future__ import annotations

from pathlib import Path

from tools.tally import Tally, tally

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><system-out>hello</system-out></testcase>
<testcase name="c"><failure/></testcase><testcase name="d"><error/></testcase>
<testcase name="e"><skipped message="strace is not installed"/></testcase>
<testcase name="f"><skipped/></testcase>
</testsuite></testsuites>"""


def test_passed_failed_and_skipped_are_told_apart(tmp_path: Path) -> None:
    report = tmp_path / "a.xml"
    report.write_text(REPORT)
    once = tally([report])
    assert (once.passed, once.failed) == (2, 2)
    assert once.skipped == {"strace is not installed": 1, "no reason given": 1}
    twice = tally([report, report])
    assert (twice.passed, twice.failed) == (4, 4)
    assert twice.skipped == {"strace is not installed": 2, "no reason given": 2}


def test_a_report_that_is_missing_or_broken_is_a_failure(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("<testsuites>")
    assert tally([tmp_path / "missing.xml"]) == Tally(0, 1)
    assert tally([broken]) == Tally(0, 1)


def test_no_reports_are_no_tests() -> None:
    assert tally([]) == Tally(0, 0)
