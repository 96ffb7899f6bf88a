"""Prints the path of strace, which the durability tests need; installs it when we may."""

from __future__ import annotations

import shutil
import sys

from tools import debian


def find() -> str | None:
    found = shutil.which("strace")
    if found is None and debian.may_install() and debian.install(["strace"]):
        found = shutil.which("strace")
    return found


if __name__ == "__main__":
    sys.exit("strace is not installed") if (path := find()) is None else print(path)
