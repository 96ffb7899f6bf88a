"""The admin command that deletes old messages."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from teahouse.admin.command import AdminCommand, Arguments, Result, at_least_one
from teahouse.kit.admin_socket import Tell

if TYPE_CHECKING:
    from teahouse.app import Teahouse

DAY_MS = 86_400_000


def _flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("room", help="the room's ID")
    before = parser.add_mutually_exclusive_group(required=True)
    before.add_argument("--before", help="a day, as 2026-01-31, or a time of it, in UTC")
    before.add_argument("--before-days", type=at_least_one, help="so many days ago")


def _ask(given: Mapping[str, Any]) -> Arguments:
    before = given["before"]
    before_ms = None
    if before is not None:
        moment = datetime.fromisoformat(before)
        before_ms = int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)
    return {"room": given["room"], "before_ms": before_ms, "days": given["before_days"]}


async def _run(teahouse: Teahouse, arguments: Arguments, _tell: Tell) -> Result:
    before_ms = arguments["before_ms"]
    if before_ms is None:
        before_ms = teahouse.clock.now_ms() - arguments["days"] * DAY_MS
    return {"count": await teahouse.purging.purge(arguments["room"], before_ms)}


def _show(result: Result) -> int:
    print(f"{result['count']} events deleted")
    return 0


PURGE_HISTORY = AdminCommand(
    "delete a room's messages from before a moment", _flags, _ask, _run, _show
)
