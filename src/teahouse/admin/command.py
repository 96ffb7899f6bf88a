"""An admin command: what is asked of the operator, what the server does, what is shown."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from teahouse.kit.admin_socket import Tell

if TYPE_CHECKING:
    from teahouse.app import Teahouse
    from teahouse.config import Config

Arguments = dict[str, Any]
Result = dict[str, Any]


def at_least_one(typed: str) -> int:
    """The type of a flag that counts; argparse tells the operator what is wrong."""
    number = int(typed)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


@dataclass(frozen=True, slots=True)
class AdminCommand:
    """`Arguments` and `Result` are JSON: they may go to the running server and come back."""

    help: str
    flags: Callable[[argparse.ArgumentParser], None]
    ask: Callable[[Mapping[str, Any]], Arguments]
    """From what was typed, in the operator's terminal."""
    run: Callable[[Teahouse, Arguments, Tell], Awaitable[Result]]
    """Where the database is open: in the running server when there is one.

    Errors: Refused, in a sentence for the operator.
    """
    show: Callable[[Result], int]
    """Prints; returns the exit code."""
    here: Callable[[Teahouse, Arguments, Tell], Awaitable[Result]] | None = None
    """In place of `run` when no server runs: nobody waits for anything meanwhile."""
    alone: Callable[[Config, Arguments, Tell], Coroutine[Any, Any, Result]] | None = None
    """In place of `run` when no server runs: with the folder locked, and before any database is
    made in it. Errors: RuntimeError, in a sentence for the operator.
    """
