"""The admin command that deletes media."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from teahouse.admin.client import AdminClient
from teahouse.admin.command import AdminCommand, Arguments, at_least_one

SCHEME = "mxc://"


def _flags(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("address", nargs="?", help="mxc:// address of one upload")
    which.add_argument("--user", help="all that this account uploaded")
    which.add_argument(
        "--unused-days", type=at_least_one, help="what nobody has read for so many days"
    )


def _ask(given: Mapping[str, Any]) -> Arguments:
    address = given["address"]
    if address is not None and not all(_parts(address)):
        raise ValueError(f"{address} is no {SCHEME} address")
    return {name: given[name] for name in ("address", "user", "unused_days")}


def _purge(client: AdminClient, arguments: Arguments) -> int:
    if arguments["user"] is not None:
        done = client.call("DELETE", "users", arguments["user"], "media")
    elif arguments["unused_days"] is not None:
        body = {"unused_days": arguments["unused_days"]}
        done = client.call("POST", "media", "purge", body=body)
    else:
        done = client.call("DELETE", "media", *_parts(arguments["address"]))
    print(f"{done['deleted']} uploads deleted")
    return 0


def _parts(address: str) -> tuple[str, str]:
    """Server and file; one is empty where it is no address."""
    scheme, found, rest = address.partition(SCHEME)
    server_name, _, media_id = rest.partition("/")
    return ("", "") if scheme or not found else (server_name, media_id)


PURGE_MEDIA = AdminCommand("delete uploads and their files", _flags, _ask, _purge)
