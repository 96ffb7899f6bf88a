"""The admin command that gives a person what is kept of them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from teahouse.admin.client import AdminClient
from teahouse.admin.command import AdminCommand, Arguments


def _flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the name before the colon, or the whole ID")
    parser.add_argument("file", type=Path, help="the zip file to make")


def _ask(given: Mapping[str, Any]) -> Arguments:
    # The running server has a working folder of its own.
    return {"name": given["name"], "file": str(given["file"].resolve())}


def _export(client: AdminClient, arguments: Arguments) -> int:
    file = arguments["file"]
    done = client.work("users", arguments["name"], "export", body={"file": file})
    print(f"{file}: what is kept of {done['user_id']}")
    return 0


EXPORT_USER = AdminCommand(
    "write all that is kept of a person into a zip file", _flags, _ask, _export
)
