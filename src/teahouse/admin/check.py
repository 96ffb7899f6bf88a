"""The admin command that looks over what is stored."""

from __future__ import annotations

import argparse
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


async def _run(teahouse: Teahouse, _arguments: Arguments, _tell: Tell) -> Result:
    from teahouse.check import problems

    found = await teahouse.database.read(lambda tx: list(islice(problems(tx), MAX_SHOWN)))
    return {"problems": found}


def _show(result: Result) -> int:
    for problem in result["problems"]:
        print(problem)
    if result["problems"]:
        return 1
    print("All is well")
    return 0


CHECK = AdminCommand(
    "verify the log, the hashes of events, and the state of rooms; exits 1 and names what is wrong",
    _no_flags,
    _ask,
    _run,
    _show,
)
