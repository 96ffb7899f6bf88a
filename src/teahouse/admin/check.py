"""The admin command that looks over what is stored."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from teahouse.admin.command import AdminCommand, Arguments, Result
from teahouse.kit.admin_socket import Tell

if TYPE_CHECKING:
    from teahouse.app import Teahouse

MAX_SHOWN = 1_000


def _no_flags(parser: argparse.ArgumentParser) -> None:
    pass


def _ask(given: Mapping[str, Any]) -> Arguments:
    return {}


async def _run(teahouse: Teahouse, _arguments: Arguments, tell: Tell) -> Result:
    from teahouse.check import problems

    loop = asyncio.get_running_loop()

    def begins(what: str) -> None:
        loop.call_soon_threadsafe(tell, f"looking at {what}")

    def check() -> list[str]:
        # Not in a reader's place, which people wait for.
        with teahouse.database.snapshot() as tx:
            return list(islice(problems(tx, begins), MAX_SHOWN))

    return {"problems": await asyncio.to_thread(check)}


def _show(result: Result) -> int:
    for problem in result["problems"]:
        print(problem)
    if result["problems"]:
        return 1
    print("All is well")
    return 0


CHECK = AdminCommand(
    "verify the log, the hashes of events, state and counts; exits 1 and names what is wrong",
    _no_flags,
    _ask,
    _run,
    _show,
)
