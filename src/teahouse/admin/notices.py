"""The admin command that says something to a person."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from teahouse.admin.client import AdminClient
from teahouse.admin.command import AdminCommand, Arguments


def _flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the name before the colon, or the whole ID")
    parser.add_argument("text", help="what is said")


def _ask(given: Mapping[str, Any]) -> Arguments:
    if not given["text"].strip():
        raise ValueError("there is nothing to say")
    return {"name": given["name"], "text": given["text"]}


def _send(client: AdminClient, arguments: Arguments) -> int:
    body = {"user_id": arguments["name"], "text": arguments["text"]}
    print(f"{client.call('POST', 'notices', body=body)['user_id']} is told")
    return 0


SERVER_NOTICE = AdminCommand(
    "say something to a person, in a room for notices", _flags, _ask, _send
)
