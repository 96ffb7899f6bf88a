"""The admin command that looks over what is stored."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from teahouse.admin.command import AdminCommand, Arguments, Result
from teahouse.kit.admin_socket import Tell
from teahouse.kit.database import ReadTx

if TYPE_CHECKING:
    from teahouse.app import Teahouse

MAX_SHOWN = 1_000


def _flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--deep", action="store_true", help="read each media file too, and compare its hash"
    )


def _ask(given: Mapping[str, Any]) -> Arguments:
    return {"deep": given["deep"]}


async def _run(teahouse: Teahouse, arguments: Arguments, tell: Tell) -> Result:
    from teahouse.check import problems

    loop = asyncio.get_running_loop()

    def begins(what: str) -> None:
        loop.call_soon_threadsafe(tell, f"looking at {what}")

    def check(tx: ReadTx) -> list[str]:
        return list(islice(problems(tx, begins), MAX_SHOWN))

    found = await teahouse.database.read_long(check)
    tell("looking at media files")
    async for problem in teahouse.media.file_problems(deep=arguments["deep"]):
        if len(found) >= MAX_SHOWN:
            break
        found.append(problem)
    return {"problems": found}


def _show(result: Result) -> int:
    for problem in result["problems"]:
        print(problem)
    if result["problems"]:
        return 1
    print("All is well")
    return 0


CHECK = AdminCommand(
    "verify the log, the hashes of events, state and counts; exits 1 and names what is wrong",
    _flags,
    _ask,
    _run,
    _show,
)
