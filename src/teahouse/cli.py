"""The command line: `teahouse serve` and `teahouse admin`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from teahouse import __version__, config


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="teahouse", description="A messenger that people own.")
    root.add_argument("--version", action="version", version=f"teahouse {__version__}")
    commands = root.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the server: API and web app on one port")
    config.add_flags(serve)
    return root


def main(arguments: Sequence[str] | None = None) -> None:
    given = vars(parser().parse_args(arguments))
    command = given.pop("command")
    try:
        COMMANDS[command](given)
    except (ValueError, RuntimeError) as error:
        sys.exit(f"teahouse: {error}")


def _serve(given: dict[str, object]) -> None:
    from teahouse.serve import serve

    serve(config.load(given))


COMMANDS = {"serve": _serve}

if __name__ == "__main__":
    main()
