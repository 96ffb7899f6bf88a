"""`make check`: what can be said about the code without running it."""

from __future__ import annotations

from tools.parts import NPM, Part, fail_with, python, run_two_at_once

PARTS = (
    Part("types", python("-m", "mypy")),
    Part("web types", (*NPM, "types")),
    Part("format", python("-m", "ruff", "format", "--check", "--quiet")),
    Part("lint", python("-m", "ruff", "check", "--quiet")),
    Part("imports", python("-m", "tools.check_imports")),
    Part("docs", python("-m", "pytest", "tests/docs")),
    Part("operations", python("-m", "tools.matrix_table", "--check")),
    Part("web lint", (*NPM, "lint")),
)

if __name__ == "__main__":
    fail_with(run_two_at_once(PARTS))
