"""The admin command that deletes media."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from teahouse.admin.command import AdminCommand, Arguments, Result, at_least_one
from teahouse.kit.admin_socket import Tell

if TYPE_CHECKING:
    from teahouse.app import Teahouse


def _flags(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("address", nargs="?", help="mxc:// address of one upload")
    which.add_argument("--user", help="all that this account uploaded")
    which.add_argument(
        "--unused-days", type=at_least_one, help="what nobody has read for so many days"
    )


def _ask(given: Mapping[str, Any]) -> Arguments:
    return {name: given[name] for name in ("address", "user", "unused_days")}


async def _run(teahouse: Teahouse, arguments: Arguments, _tell: Tell) -> Result:
    from teahouse.homeserver.administration.media import media_id_of

    purging = teahouse.media.purging
    if arguments["user"] is not None:
        user_id = teahouse.accounts.user_id_of(arguments["user"])
        count = await purging.delete_of_user(user_id)
    elif arguments["unused_days"] is not None:
        count = await purging.delete_unread(arguments["unused_days"])
    else:
        count = await purging.delete([media_id_of(teahouse.media, arguments["address"])])
    # Where no server runs, nobody else will remove the files.
    await teahouse.media.removal.sweep()
    return {"count": count}


def _show(result: Result) -> int:
    print(f"{result['count']} uploads deleted")
    return 0


PURGE_MEDIA = AdminCommand("delete uploads and their files", _flags, _ask, _run, _show)
