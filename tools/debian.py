"""Programs that Debian's packages bring, installed when this is Debian and we may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def may_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and _has("apt-get")


def install(packages: Sequence[str]) -> bool:
    """Whether the packages are there now. What is said on the way goes to stderr."""
    print(f"Installing {' '.join(packages)}", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    for preparation in ([], ["apt-get", "update", "--quiet"]):
        if preparation:
            _run(preparation, environment)
        if _run(command, environment):
            return True
    return False


def _run(command: Sequence[str], environment: dict[str, str]) -> bool:
    finished = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    )
    return finished.returncode == 0


def _has(program: str) -> bool:
    return shutil.which(program) is not None
