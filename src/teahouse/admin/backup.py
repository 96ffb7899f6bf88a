"""Admin commands that copy a whole server, and put the copy back."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from teahouse.admin.client import AdminClient, CommandFailed
from teahouse.admin.command import AdminCommand, Arguments
from teahouse.kit.progress import Tell

if TYPE_CHECKING:
    from teahouse.config import Config


def _folder_flag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the backup's folder; made, or empty")


def _backup_flag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the backup's folder")


def _ask(given: Mapping[str, Any]) -> Arguments:
    # The running server has a working folder of its own.
    return {"folder": str(given["folder"].resolve())}


def _backup(client: AdminClient, arguments: Arguments) -> int:
    made = client.work("backup", body=arguments)
    print(f"{arguments['folder']}: {made['rows']} rows and {made['objects']} media files")
    return 0


def _refuse(_client: AdminClient, _arguments: Arguments) -> int:
    raise CommandFailed("a server runs on this folder; a backup is restored into an empty place")


async def _restore(config: Config, arguments: Arguments, tell: Tell) -> int:
    from teahouse.backup import restoring

    made = await restoring.restore(Path(arguments["folder"]), config, tell)
    print(f"{made.server_name} is back: {made.rows} rows and {made.objects} media files")
    return 0


BACKUP = AdminCommand(
    "copy everything into a folder, also while the server runs", _folder_flag, _ask, _backup
)
RESTORE = AdminCommand(
    "put a backup into an empty place; refuses one that is damaged, and a place that is in use",
    _backup_flag,
    _ask,
    _refuse,
    alone=_restore,
)
