"""`make test`: every part in turn, then how many tests ran, and which did not and why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.parts import NPM, ROOT, Part, python, run_all, run_two_at_once
from tools.tally import tally

REPORTS = ROOT / "build/reports"
VITEST = ("--reporter=default", "--reporter=junit")


def _check() -> Part:
    return Part("check", python("-m", "tools.check"))


def _server() -> Part:
    return _pytest("server", "tests", "--ignore", "tests/wheel", "-n", "2")


def _web() -> Part:
    report = REPORTS / "web.xml"
    command = (*NPM, "test", "--", *VITEST, f"--outputFile.junit={report}")
    return Part("web", command, report=report)


def _wheel() -> Part:
    return _pytest("wheel", "tests/wheel")


def _browser(chromium: str) -> Part:
    report = REPORTS / "browser.xml"
    environment = {"CHROMIUM": chromium, "PLAYWRIGHT_JUNIT_OUTPUT_FILE": str(report)}
    return Part("browser", (*NPM, "e2e", "--", "--reporter=list,junit"), environment, report)


def _pytest(name: str, *arguments: str) -> Part:
    report = REPORTS / f"{name}.xml"
    return Part(name, python("-m", "pytest", *arguments, f"--junitxml={report}"), report=report)


def _installed(tool: str) -> str:
    """What `tools/<tool>.py` prints once its program is there; "" when it can't be had."""
    finished = subprocess.run(
        python("-m", f"tools.{tool}"), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    return finished.stdout.strip()


def main() -> None:
    _installed("strace")
    use_both_cores = [_check(), _server()]
    use_one = [_wheel(), _web()]
    in_the_browser = [_browser(_installed("chromium"))]
    failed = run_all(use_both_cores) + run_two_at_once(use_one) + run_all(in_the_browser)
    every = use_both_cores + use_one + in_the_browser
    counted = tally([part.report for part in every if part.report is not None])
    crashed = [part for part in failed if part.report is None or not _has_failures(part.report)]
    if failed:
        print(f"\nFailed: {', '.join(part.name for part in failed)}")
    broken = counted.failed + len(crashed)
    for reason, tests in counted.skipped.items():
        print(f"{tests} not run: {reason}")
    print(f"{counted.passed} passed, {broken} failed", flush=True)
    sys.exit(1 if broken or not counted.passed else 0)


def _has_failures(report: Path) -> bool:
    return tally([report]).failed > 0


if __name__ == "__main__":
    main()
