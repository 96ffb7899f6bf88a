"""Teahouse out of this checkout, as an operator starts it."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from bench import crowd

_CHECKOUT = Path(__file__).resolve().parents[2]


class Teahouse:
    name = "teahouse"
    seconds = 8.0
    copy_messages = None

    def install(self) -> None:
        """Runs from the environment that runs the load generator."""

    def version(self) -> str:
        project = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text())["project"]
        return str(project["version"])

    def prepare(self, folder: Path, port: int) -> None:
        """Makes its data folder itself."""
        crowd.write_registration(folder)

    def command(self, folder: Path, port: int) -> list[str]:
        teahouse = Path(sys.executable).with_name("teahouse")
        start = [str(teahouse)] if teahouse.exists() else [sys.executable, "-m", "teahouse.cli"]
        return [
            *start,
            "serve",
            *("--host", "127.0.0.1"),
            *("--port", str(port)),
            *("--data", str(folder / "data")),
            *("--server-name", "localhost"),
            *("--appservices", str(folder / crowd.FILE)),
            "--open-registration",
            "--no-rate-limits",
        ]
