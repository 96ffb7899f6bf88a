"""Runs an admin command through the server that runs on the folder, or on the folder itself.

Only one process at a time writes to a database. The folder's lock says who; whoever can't have it
asks the one that has it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from teahouse import config
from teahouse.admin.command import AdminCommand, Arguments, Result
from teahouse.admin.commands import COMMANDS
from teahouse.kit.admin_socket import Command, CommandFailed, ask
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.folder import DataFolder, FolderInUse

if TYPE_CHECKING:
    from teahouse.app import Teahouse


def run(name: str, given: Mapping[str, Any]) -> int:
    """The exit code. Errors: RuntimeError, ValueError in words for the operator."""
    command = COMMANDS[name]
    settings = config.load(given)
    arguments = command.ask(given)
    folder = DataFolder(settings.data)
    try:
        folder.lock()
    except FolderInUse:
        return command.show(ask(folder.socket, name, arguments, _tell))
    try:
        if command.alone is not None:
            return command.show(asyncio.run(command.alone(settings, arguments, _tell)))
        if given.get("server_name") is None:
            settings = _under_its_own_name(settings)
        return command.show(asyncio.run(_run_here(command, settings, arguments)))
    finally:
        folder.unlock()


def _under_its_own_name(settings: config.Config) -> config.Config:
    from teahouse.homeserver.server.name import stored_name
    from teahouse.kit.database import database_url

    known = stored_name(database_url(settings.database, settings.data))
    return replace(settings, server_name=known or settings.server_name)


async def _run_here(command: AdminCommand, settings: config.Config, arguments: Arguments) -> Result:
    # Loaded only here: a command for a running server needs none of it, and is quick.
    from teahouse.app import Teahouse

    teahouse = Teahouse(settings)
    await teahouse.start()
    try:
        return await (command.here or command.run)(teahouse, arguments, _tell)
    except (Refused, Unavailable) as error:
        raise CommandFailed(str(error)) from None
    finally:
        await teahouse.stop()


def _tell(progress: str) -> None:
    """For who watches; a log of a nightly job is better without."""
    if sys.stderr.isatty():
        print(progress, file=sys.stderr, flush=True)


def commands_of(teahouse: Teahouse) -> dict[str, Command]:
    """The commands as a running server takes them over its socket."""
    return {name: partial(command.run, teahouse) for name, command in COMMANDS.items()}
