"""The admin command on registration tokens: invitations to make an account."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from teahouse.admin.client import AdminClient
from teahouse.admin.command import AdminCommand, Arguments, at_least_one


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


def _do(client: AdminClient, arguments: Arguments) -> int:
    if arguments["action"] == "revoke":
        client.call("DELETE", "registration_tokens", arguments["token"])
    elif arguments["action"] == "list":
        for one in client.call("GET", "registration_tokens")["registration_tokens"]:
            _show(one)
    else:
        _show(client.call("POST", "registration_tokens", body=_wanted(arguments)))
    return 0


def _wanted(arguments: Arguments) -> dict[str, Any]:
    days, expires_at_ms = arguments["expires_days"], None
    if days is not None:
        expires_at_ms = int((datetime.now(UTC) + timedelta(days=days)).timestamp() * 1000)
    return {
        "token": arguments["token"],
        "uses": arguments["uses"],
        "expires_at_ms": expires_at_ms,
    }


def _show(one: dict[str, Any]) -> None:
    left = one["uses_left"]
    uses = "any number of uses" if left is None else f"{left} uses left"
    print(f"{one['token']}  {uses}, {_until(one['expires_at_ms'])}")


def _until(until_ms: int | None) -> str:
    if until_ms is None:
        return "for ever"
    return f"until {datetime.fromtimestamp(until_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


REGISTRATION_TOKEN = AdminCommand(
    "make, list or revoke invitations to make an account", _flags, _ask, _do
)
