"""Puts the built web app into the wheel; a checkout installed in place serves web/dist itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebApp(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        built = Path(self.root) / "web/dist"
        if not (built / "index.html").exists():
            raise RuntimeError("web/dist is empty: build the web app first (make web)")
        build_data["force_include"][str(built)] = "teahouse/webapp/dist"
