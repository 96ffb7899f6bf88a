"""The admin command that says something to a person."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from teahouse.admin.command import AdminCommand, Arguments, Result
from teahouse.kit.admin_socket import Tell

if TYPE_CHECKING:
    from teahouse.app import Teahouse


def _flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the name before the colon, or the whole ID")
    parser.add_argument("text", help="what is said")


def _ask(given: Mapping[str, Any]) -> Arguments:
    if not given["text"].strip():
        raise ValueError("there is nothing to say")
    return {"name": given["name"], "text": given["text"]}


async def _run(teahouse: Teahouse, arguments: Arguments, _tell: Tell) -> Result:
    user_id = teahouse.accounts.user_id_of(arguments["name"])
    await teahouse.notices.send(user_id, arguments["text"])
    return {"user_id": user_id}


def _show(result: Result) -> int:
    print(f"{result['user_id']} is told")
    return 0


SERVER_NOTICE = AdminCommand(
    "say something to a person, in a room for notices", _flags, _ask, _run, _show
)
