"""The admin command that deletes old messages."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from teahouse.admin.client import AdminClient
from teahouse.admin.command import AdminCommand, Arguments, at_least_one


def _flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("room", help="the room's ID")
    before = parser.add_mutually_exclusive_group(required=True)
    before.add_argument("--before", help="a day, as 2026-01-31, or a time of it, in UTC")
    before.add_argument("--before-days", type=at_least_one, help="so many days ago")


def _ask(given: Mapping[str, Any]) -> Arguments:
    if given["before"] is not None:
        moment = datetime.fromisoformat(given["before"])
        moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    else:
        moment = datetime.now(UTC) - timedelta(days=given["before_days"])
    return {"room": given["room"], "before_ms": int(moment.timestamp() * 1000)}


def _purge(client: AdminClient, arguments: Arguments) -> int:
    body = {"before_ms": arguments["before_ms"]}
    done = client.call("POST", "rooms", arguments["room"], "purge", body=body)
    print(f"{done['deleted']} events deleted")
    return 0


PURGE_HISTORY = AdminCommand("delete a room's messages from before a moment", _flags, _ask, _purge)
