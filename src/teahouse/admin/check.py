"""The admin command that looks over what is stored."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from teahouse.admin.client import AdminClient
from teahouse.admin.command import AdminCommand, Arguments


def _flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--deep", action="store_true", help="read each media file too, and compare its hash"
    )


def _ask(given: Mapping[str, Any]) -> Arguments:
    return {"deep": given["deep"]}


def _check(client: AdminClient, arguments: Arguments) -> int:
    problems = client.work("check", body=arguments)["problems"]
    for problem in problems:
        print(problem)
    if problems:
        return 1
    print("All is well")
    return 0


CHECK = AdminCommand(
    "verify the log, the hashes of events, state and counts; exits 1 and names what is wrong",
    _flags,
    _ask,
    _check,
)
