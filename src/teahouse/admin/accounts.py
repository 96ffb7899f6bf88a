"""Admin commands on accounts."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Mapping
from random import SystemRandom
from typing import Any

from teahouse.admin.client import AdminClient
from teahouse.admin.command import AdminCommand, Arguments
from teahouse.kit.randomness import Randomness

# Without those that people confuse when they read a password out.
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GENERATED_LENGTH = 16


def _name_and_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the name before the colon, or the whole ID")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )


def _create_flags(parser: argparse.ArgumentParser) -> None:
    _name_and_password(parser)
    parser.add_argument("--admin", action="store_true", help="the account may administer")


def _reset_flags(parser: argparse.ArgumentParser) -> None:
    _name_and_password(parser)
    parser.add_argument("--sign-out", action="store_true", help="end all the account's devices")


def _ask_create(given: Mapping[str, Any]) -> Arguments:
    return {"name": given["name"], "is_admin": given["admin"], **_ask_password(given)}


def _ask_reset(given: Mapping[str, Any]) -> Arguments:
    return {"name": given["name"], "sign_out": given["sign_out"], **_ask_password(given)}


def _ask_password(given: Mapping[str, Any]) -> Arguments:
    """Typed, piped in, or None when there is nobody to type it: one is made up."""
    if given["password_stdin"]:
        return {"password": sys.stdin.readline().rstrip("\r\n")}
    if sys.stdin.isatty() and (typed := getpass.getpass("Password (empty: make one up): ")):
        if getpass.getpass("Once more: ") != typed:
            raise ValueError("the two passwords differ")
        return {"password": typed}
    return {"password": None}


def _create(client: AdminClient, arguments: Arguments) -> int:
    password, made_up = _password(arguments)
    body = {
        "name": arguments["name"],
        "password": password,
        "is_admin": arguments["is_admin"],
    }
    print(f"{client.call('POST', 'users', body=body)['user_id']} has an account now")
    return _show(made_up)


def _reset(client: AdminClient, arguments: Arguments) -> int:
    password, made_up = _password(arguments)
    body = {"new_password": password, "sign_out": arguments["sign_out"]}
    done = client.call("POST", "users", arguments["name"], "password", body=body)
    print(f"{done['user_id']} has a new password now")
    return _show(made_up)


def _password(arguments: Arguments) -> tuple[str, str | None]:
    """And once more where it is made up: only then it is shown."""
    given: str | None = arguments["password"]
    if given is not None:
        return given, None
    made_up = Randomness(SystemRandom()).string(GENERATED_LENGTH, LETTERS)
    return made_up, made_up


def _show(made_up: str | None) -> int:
    if made_up is not None:
        print(f"Password: {made_up}")
    return 0


def _deactivate_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the name before the colon, or the whole ID")
    parser.add_argument(
        "--erase",
        action="store_true",
        help="delete the account's uploads, too, and show what it said to nobody who comes later",
    )


def _ask_deactivate(given: Mapping[str, Any]) -> Arguments:
    return {"name": given["name"], "erase": given["erase"]}


def _deactivate(client: AdminClient, arguments: Arguments) -> int:
    body = {"erase": arguments["erase"]}
    done = client.call("POST", "users", arguments["name"], "deactivate", body=body)
    print(f"{done['user_id']} is closed for good")
    return 0


DEACTIVATE = AdminCommand(
    "close an account for good; its name is never given to another",
    _deactivate_flags,
    _ask_deactivate,
    _deactivate,
)
CREATE_USER = AdminCommand(
    "make an account; without a terminal or --password-stdin a password is made up and printed",
    _create_flags,
    _ask_create,
    _create,
)
RESET_PASSWORD = AdminCommand("give an account another password", _reset_flags, _ask_reset, _reset)
