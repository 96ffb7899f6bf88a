"""Prints the path of a Chromium for the browser tests; installs one when there is none.

In order: what CHROMIUM names, one of the system, one that Playwright keeps, Debian's package when
we are root on Debian, Playwright's own download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import debian
from tools.parts import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = ("fonts-noto-cjk", "fonts-noto-color-emoji")


def find() -> str | None:
    return _given() or _of_the_system() or _of_playwright()


def install() -> str | None:
    if debian.may_install() and debian.install(["chromium", *FONTS]):
        return _of_the_system()
    command = ["npx", "--prefix", "web", "playwright", "install", "chromium"]
    subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    return _of_playwright()


def _given() -> str | None:
    given = os.environ.get("CHROMIUM")
    return given if given and Path(given).exists() else None


def _of_the_system() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _of_playwright() -> str | None:
    kept = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright"
    found = sorted(Path(kept).glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def _chinese_can_be_shown() -> None:
    fonts = Path("/usr/share/fonts").rglob("NotoSansCJK*")
    if next(fonts, None) is None and debian.may_install():
        debian.install(FONTS)


if __name__ == "__main__":
    path = find() or install()
    if path is None:
        sys.exit("no Chromium could be found or installed")
    _chinese_can_be_shown()
    print(path)
