"""The admin command that gives a person what is kept of them."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from teahouse.admin.command import AdminCommand, Arguments, Result
from teahouse.kit.admin_socket import Tell
from teahouse.kit.errors import Unavailable

if TYPE_CHECKING:
    from teahouse.app import Teahouse


def _flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the name before the colon, or the whole ID")
    parser.add_argument("file", type=Path, help="the zip file to make")


def _ask(given: Mapping[str, Any]) -> Arguments:
    return {"name": given["name"], "file": str(given["file"].resolve())}


async def _run(teahouse: Teahouse, arguments: Arguments, tell: Tell) -> Result:
    from teahouse.exporting.person import Export

    user_id = teahouse.accounts.user_id_of(arguments["name"])
    loop, path = asyncio.get_running_loop(), Path(arguments["file"])

    def told(progress: str) -> None:
        loop.call_soon_threadsafe(tell, progress)

    try:
        # A file of theirs must not go while it is copied.
        async with teahouse.media.deletions_paused():
            await Export(teahouse, user_id, path, told).write()
    except FileExistsError:
        raise Unavailable(f"{path} is there already") from None
    except OSError as error:
        raise Unavailable(f"{path} can't be written: {error.strerror}") from None
    return {"user_id": user_id, "file": str(path)}


def _show(result: Result) -> int:
    print(f"{result['file']}: what is kept of {result['user_id']}")
    return 0


EXPORT_USER = AdminCommand(
    "write all that is kept of a person into a zip file", _flags, _ask, _run, _show
)
