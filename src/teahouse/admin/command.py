"""An admin command: what is asked of the operator, what is asked of the server, what is shown."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from teahouse.admin.client import AdminClient
from teahouse.kit.progress import Tell

if TYPE_CHECKING:
    from teahouse.config import Config

Arguments = dict[str, Any]


def at_least_one(typed: str) -> int:
    """The type of a flag that counts; argparse tells the operator what is wrong."""
    number = int(typed)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


@dataclass(frozen=True, slots=True)
class AdminCommand:
    help: str
    flags: Callable[[argparse.ArgumentParser], None]
    ask: Callable[[Mapping[str, Any]], Arguments]
    """From what was typed, in the operator's terminal. Errors: ValueError."""
    do: Callable[[AdminClient, Arguments], int]
    """Asks the server, and prints; returns the exit code. Errors: CommandFailed."""
    alone: Callable[[Config, Arguments, Tell], Coroutine[Any, Any, int]] | None = None
    """In place of `do` when no server runs: with the folder locked, and before any database is
    made in it. Errors: RuntimeError, in a sentence for the operator.
    """
