"""Runs an admin command through the server that runs on the folder.

Only one process at a time writes to a database. The folder's lock says who; whoever can't have it
asks the one that has it. Where there is none, the server is here, without a port, for as long as
the command takes.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from teahouse import config
from teahouse.admin.client import AdminClient
from teahouse.admin.command import AdminCommand, Arguments
from teahouse.admin.commands import COMMANDS
from teahouse.kit.folder import DataFolder, FolderInUse


def run(name: str, given: Mapping[str, Any]) -> int:
    """The exit code. Errors: RuntimeError, ValueError in words for the operator."""
    command = COMMANDS[name]
    settings = config.load(given)
    arguments = command.ask(given)
    folder = DataFolder(settings.data)
    client = AdminClient(folder.socket, _tell)
    try:
        folder.lock()
    except FolderInUse:
        return command.do(client, arguments)
    try:
        if command.alone is not None:
            return asyncio.run(command.alone(settings, arguments, _tell))
        if given.get("server_name") is None:
            settings = _under_its_own_name(settings)
        return asyncio.run(_run_here(command, settings, client, arguments))
    finally:
        folder.unlock()


def _under_its_own_name(settings: config.Config) -> config.Config:
    from teahouse.homeserver.server.name import stored_name
    from teahouse.kit.database import database_url

    known = stored_name(database_url(settings.database, settings.data))
    return replace(settings, server_name=known or settings.server_name)


async def _run_here(
    command: AdminCommand, settings: config.Config, client: AdminClient, arguments: Arguments
) -> int:
    # Loaded only here: a command for a running server needs none of it, and is quick.
    from teahouse.admin.socket import AdminSocket
    from teahouse.app import Teahouse
    from teahouse.backup.snapshot import go_on

    teahouse = Teahouse(settings)
    await teahouse.start()
    socket = AdminSocket(client.path, teahouse, go_on)
    await socket.start()
    try:
        done = await asyncio.to_thread(command.do, client, arguments)
        # Nobody will be here to remove the files later.
        await teahouse.media.removal.sweep()
        return done
    finally:
        await socket.stop()
        await teahouse.stop()


def _tell(progress: str) -> None:
    """For who watches; a log of a nightly job is better without."""
    if sys.stderr.isatty():
        print(progress, file=sys.stderr, flush=True)
