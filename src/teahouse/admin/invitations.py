"""The admin command on registration tokens: invitations to make an account."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from teahouse.admin.command import AdminCommand, Arguments, Result, at_least_one
from teahouse.kit.admin_socket import Tell

if TYPE_CHECKING:
    from teahouse.app import Teahouse
    from teahouse.homeserver.accounts.invitations import Invitation

DAY_MS = 86_400_000


def _flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("create", "list", "revoke"))
    parser.add_argument("token", nargs="?", help="made up by create when it is not given")
    parser.add_argument(
        "--uses", type=at_least_one, help="how many accounts it makes (default: any number)"
    )
    parser.add_argument(
        "--expires-days", type=at_least_one, help="how long it lasts (default: for ever)"
    )


def _ask(given: Mapping[str, Any]) -> Arguments:
    if given["action"] == "revoke" and not given["token"]:
        raise ValueError("which token is to be revoked?")
    return {name: given[name] for name in ("action", "token", "uses", "expires_days")}


async def _run(teahouse: Teahouse, arguments: Arguments, _tell: Tell) -> Result:
    invitations = teahouse.accounts.invitations
    if arguments["action"] == "revoke":
        await invitations.revoke(arguments["token"])
        return {"tokens": []}
    if arguments["action"] == "list":
        return {"tokens": [_told(one) for one in await invitations.all()]}
    days = arguments["expires_days"]
    expires_at_ms = None if days is None else teahouse.clock.now_ms() + days * DAY_MS
    made = await invitations.create(
        arguments["token"], uses=arguments["uses"], expires_at_ms=expires_at_ms
    )
    return {"tokens": [_told(made)]}


def _told(one: Invitation) -> Result:
    return {"token": one.token, "uses": one.uses_left, "until_ms": one.expires_at_ms}


def _show(result: Result) -> int:
    for one in result["tokens"]:
        uses = "any number of uses" if one["uses"] is None else f"{one['uses']} uses left"
        print(f"{one['token']}  {uses}, {_until(one['until_ms'])}")
    return 0


def _until(until_ms: int | None) -> str:
    if until_ms is None:
        return "for ever"
    return f"until {datetime.fromtimestamp(until_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


REGISTRATION_TOKEN = AdminCommand(
    "make, list or revoke invitations to make an account", _flags, _ask, _run, _show
)
