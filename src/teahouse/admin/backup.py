"""Admin commands that copy a whole server, and put the copy back."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from teahouse.admin.command import AdminCommand, Arguments, Result
from teahouse.kit.admin_socket import Tell
from teahouse.kit.errors import Unavailable

if TYPE_CHECKING:
    from teahouse.app import Teahouse
    from teahouse.backup.snapshot import Rest
    from teahouse.config import Config


def _folder_flag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the backup's folder; made, or empty")


def _backup_flag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the backup's folder")


def _ask(given: Mapping[str, Any]) -> Arguments:
    # The running server has a working folder of its own.
    return {"folder": str(given["folder"].resolve())}


async def _backup(teahouse: Teahouse, arguments: Arguments, tell: Tell) -> Result:
    from teahouse.backup.snapshot import rest_as_long

    return await _make(teahouse, arguments, tell, rest_as_long)


async def _backup_at_once(teahouse: Teahouse, arguments: Arguments, tell: Tell) -> Result:
    from teahouse.backup.snapshot import go_on

    return await _make(teahouse, arguments, tell, go_on)


async def _make(teahouse: Teahouse, arguments: Arguments, tell: Tell, rest: Rest) -> Result:
    from teahouse.backup import making
    from teahouse.backup.manifest import Problem

    folder = Path(arguments["folder"])
    try:
        made = await making.make(teahouse, folder, tell, rest)
    except Problem as problem:
        raise Unavailable(str(problem)) from None
    return {"folder": str(folder), "rows": made.rows, "objects": made.objects}


async def _refuse(_teahouse: Teahouse, _arguments: Arguments, _tell: Tell) -> Result:
    raise Unavailable("a server runs on this folder; a backup is restored into an empty place")


async def _restore(config: Config, arguments: Arguments, tell: Tell) -> Result:
    from teahouse.backup import restoring

    made = await restoring.restore(Path(arguments["folder"]), config, tell)
    return {"server_name": made.server_name, "rows": made.rows, "objects": made.objects}


def _show_backup(result: Result) -> int:
    print(f"{result['folder']}: {result['rows']} rows and {result['objects']} media files")
    return 0


def _show_restore(result: Result) -> int:
    print(
        f"{result['server_name']} is back:"
        f" {result['rows']} rows and {result['objects']} media files"
    )
    return 0


BACKUP = AdminCommand(
    "copy everything into a folder, also while the server runs",
    _folder_flag,
    _ask,
    _backup,
    _show_backup,
    here=_backup_at_once,
)
RESTORE = AdminCommand(
    "put a backup into an empty place; refuses one that is damaged, and a place that is in use",
    _backup_flag,
    _ask,
    _refuse,
    _show_restore,
    alone=_restore,
)
