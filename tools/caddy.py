"""Prints the path of caddy, which the test of a reverse proxy needs; installs it when we may."""

from __future__ import annotations

import shutil
import sys

from tools import debian


def find() -> str | None:
    found = shutil.which("caddy")
    if found is None and debian.may_install() and debian.install(["caddy"]):
        found = shutil.which("caddy")
    return found


if __name__ == "__main__":
    sys.exit("caddy is not installed") if (path := find()) is None else print(path)
