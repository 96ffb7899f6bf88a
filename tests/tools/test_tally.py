"""The closing line's numbers come from the reports, and a missing report is a failure."""

from __future__ import annotations

from pathlib import Path

from tools.tally import Tally, tally

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><system-out>hello</system-out></testcase>
<testcase name="c"><failure/></testcase><testcase name="d"><error/></testcase>
<testcase name="e"><skipped/></testcase>
</testsuite></testsuites>"""


def test_passed_failed_and_skipped_are_told_apart(tmp_path: Path) -> None:
    report = tmp_path / "a.xml"
    report.write_text(REPORT)
    assert tally([report]) == Tally(passed=2, failed=2)
    assert tally([report, report]) == Tally(passed=4, failed=4)


def test_a_report_that_is_missing_or_broken_is_a_failure(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("<testsuites>")
    assert tally([tmp_path / "missing.xml"]) == Tally(0, 1)
    assert tally([broken]) == Tally(0, 1)


def test_no_reports_are_no_tests() -> None:
    assert tally([]) == Tally(0, 0)
