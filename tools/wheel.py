"""`make wheel`: dist/teahouse-*.whl, with the web app that stands in web/dist."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.parts import ROOT, python


def build_wheel(folder: Path) -> Path:
    """Errors: CalledProcessError when the build fails."""
    command = python("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder))
    subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=True)
    return next(folder.glob("teahouse-*.whl"))


if __name__ == "__main__":
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    print(build_wheel(ROOT / "dist").relative_to(ROOT))
