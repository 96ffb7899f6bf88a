"""The command line: `teahouse serve` and `teahouse admin`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from teahouse import __version__, config
from teahouse.admin import COMMANDS as ADMIN_COMMANDS

ADMIN_SETTINGS = ("data", "database", "objects", "server_name")


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="teahouse", description="A messenger that people own.")
    root.add_argument("--version", action="version", version=f"teahouse {__version__}")
    commands = root.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the server: API and web app on one port")
    config.add_flags(serve)
    admin = commands.add_parser("admin", help="commands of the machine's owner")
    admin_commands = admin.add_subparsers(dest="admin_command", required=True)
    for name, command in ADMIN_COMMANDS.items():
        one = admin_commands.add_parser(name, help=command.help, description=command.help)
        config.add_flags(one, ADMIN_SETTINGS)
        command.flags(one)
    return root


def main(arguments: Sequence[str] | None = None) -> None:
    given = vars(parser().parse_args(arguments))
    command = given.pop("command")
    # What is written is its owner's only, also in a folder that others may look into.
    os.umask(0o077)
    try:
        COMMANDS[command](given)
    except (ValueError, RuntimeError) as error:
        sys.exit(f"teahouse: {error}")


def _serve(given: dict[str, object]) -> None:
    from teahouse.serve import serve

    serve(config.load(given))


def _admin(given: dict[str, object]) -> None:
    from teahouse.admin.run import run

    sys.exit(run(str(given.pop("admin_command")), given))


COMMANDS = {"serve": _serve, "admin": _admin}

if __name__ == "__main__":
    main()
