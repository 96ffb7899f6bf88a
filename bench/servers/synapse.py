"""Synapse from PyPI in an environment of its own, on SQLite, with every rate limit off.

All else is as its own `--generate-config` makes it: presence on, and a log file at INFO.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import crowd

VERSION = "1.163.2"

_HOME = Path(__file__).resolve().parents[1] / ".peers" / "synapse"
_PYTHON = _HOME / "bin" / "python"
_COPIES = Path(__file__).with_name("synapse_copies.py")
_INSTALLED = _HOME / f"installed-{VERSION}"

_UNLIMITED = {"per_second": 1_000_000, "burst_count": 1_000_000}
_UNLIMITED_ROWS = {
    "rc_message": _UNLIMITED,
    "rc_registration": _UNLIMITED,
    "rc_login": {"address": _UNLIMITED, "account": _UNLIMITED, "failed_attempts": _UNLIMITED},
    "rc_joins": {"local": _UNLIMITED, "remote": _UNLIMITED},
    "rc_joins_per_room": _UNLIMITED,
    "rc_invites": {"per_room": _UNLIMITED, "per_user": _UNLIMITED, "per_issuer": _UNLIMITED},
    "rc_room_creation": _UNLIMITED,
    "rc_profile": _UNLIMITED,
    "rc_user_directory": _UNLIMITED,
}


class Synapse:
    name = "synapse"
    seconds = 12.0

    def install(self) -> None:
        if _INSTALLED.exists():
            return
        print(f"installing matrix-synapse {VERSION} into {_HOME}", file=sys.stderr)
        venv.EnvBuilder(with_pip=True, clear=True).create(_HOME)
        _run(str(_PYTHON), "-m", "pip", "install", "--quiet", f"matrix-synapse=={VERSION}")
        _INSTALLED.touch()

    def version(self) -> str:
        return VERSION

    def prepare(self, folder: Path, port: int) -> None:
        crowd.write_registration(folder)
        # YAML is a superset of JSON, so its configuration can be written as JSON.
        (folder / "log.yaml").write_text(json.dumps(_log_config(folder)))
        (folder / "homeserver.yaml").write_text(json.dumps(_homeserver_config(folder, port)))
        _run(*self.command(folder, port), "--generate-keys")

    def command(self, folder: Path, port: int) -> list[str]:
        config = str(folder / "homeserver.yaml")
        return [str(_PYTHON), "-m", "synapse.app.homeserver", "--config-path", config]

    def copy_messages(self, folder: Path, times: int, room_ids: Sequence[str]) -> None:
        database, rooms = str(folder / "homeserver.db"), json.dumps(list(room_ids))
        _run(str(_PYTHON), "-P", str(_COPIES), database, str(times), rooms)


def _homeserver_config(folder: Path, port: int) -> dict[str, Any]:
    """Caches, room version and database settings stay at Synapse's defaults."""
    return {
        "server_name": "localhost",
        "listeners": [
            {
                "type": "http",
                "port": port,
                "bind_addresses": ["127.0.0.1"],
                "resources": [{"names": ["client"], "compress": False}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "log_config": str(folder / "log.yaml"),
        "pid_file": str(folder / "homeserver.pid"),
        "macaroon_secret_key": "bench",
        "form_secret": "bench",
        "report_stats": False,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "app_service_config_files": [str(folder / crowd.FILE)],
        **_UNLIMITED_ROWS,
    }


def _log_config(folder: Path) -> dict[str, Any]:
    """That of a generated configuration, whose buffer writes on a timer."""
    return {
        "version": 1,
        "formatters": {
            "precise": {
                "format": "%(asctime)s - %(name)s - %(lineno)d - %(levelname)s - %(request)s"
                " - %(message)s"
            }
        },
        "handlers": {
            "file": {
                "class": "logging.handlers.TimedRotatingFileHandler",
                "formatter": "precise",
                "filename": str(folder / "homeserver.log"),
                "when": "midnight",
                "encoding": "utf8",
            },
            "buffer": {
                "class": "synapse.logging.handlers.PeriodicallyFlushingMemoryHandler",
                "target": "file",
                "capacity": 10,
                "flushLevel": 30,
                "period": 5,
            },
        },
        "loggers": {"synapse.storage.SQL": {"level": "INFO"}},
        "root": {"level": "INFO", "handlers": ["buffer"]},
        "disable_existing_loggers": False,
    }


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
