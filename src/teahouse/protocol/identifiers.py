"""The grammar of Matrix identifiers: appendices, "Identifier Grammar".

Accepting is generous (historical user IDs, every room version's IDs), making is strict
(`is_new_localpart`). Every identifier is at most 255 bytes of UTF-8.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple, NewType, TypeGuard

from teahouse.protocol.errors import ProtocolError

UserId = NewType("UserId", str)
RoomId = NewType("RoomId", str)
EventId = NewType("EventId", str)
RoomAlias = NewType("RoomAlias", str)
DeviceId = NewType("DeviceId", str)
ServerName = NewType("ServerName", str)

MAX_BYTES = 255

_SERVER_NAME = re.compile(
    r"(?:(?P<ipv6>\[[0-9A-Fa-f:.]{2,45}\])|(?P<dns>[0-9A-Za-z.\-]{1,255}))(?::[0-9]{1,5})?"
)
_DOTTED_QUAD = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
# Any legal code point except ":" and NUL; surrogates are no code points of a legal string.
_LOCALPART = re.compile(r"[^:\x00\ud800-\udfff]+")
_HASH = re.compile(r"[0-9A-Za-z+/_\-]{43}")
_NEW_LOCALPART = re.compile(r"[a-z0-9._=/+\-]+")
_OPAQUE = re.compile(r"[0-9A-Za-z\-._~]{1,255}")
_CLIENT_SECRET = re.compile(r"[0-9A-Za-z.=_\-]{1,255}")
_NAMESPACED = re.compile(r"[a-z][a-z0-9\-_.]{0,254}")


class BadIdentifier(ProtocolError):
    pass


class UserName(NamedTuple):
    localpart: str
    server_name: ServerName


def is_server_name(name: str) -> bool:
    match = _SERVER_NAME.fullmatch(name)
    if match is None or len(name) > MAX_BYTES:
        return False
    if (ipv6 := match["ipv6"]) is not None:
        return _is_ip(ipv6[1:-1])
    # A dotted quad is an IPv4 literal, never a host name.
    dns = match["dns"]
    return _DOTTED_QUAD.fullmatch(dns) is None or _is_ip(dns)


def is_user_id(user_id: str) -> bool:
    """Historical localparts count, the empty one too."""
    localpart, colon, server_name = user_id[1:].partition(":")
    return (
        user_id[:1] == "@"
        and colon != ""
        and (localpart == "" or _LOCALPART.fullmatch(localpart) is not None)
        and is_server_name(server_name)
        and _fits(user_id)
    )


def is_room_id(room_id: str) -> bool:
    """`!localpart:server` of room versions 1 to 11, `!hash` since 12."""
    return room_id[:1] == "!" and _is_hash_or_scoped(room_id)


def is_event_id(event_id: str) -> bool:
    """`$localpart:server` of room versions 1 and 2, `$hash` since 3."""
    return event_id[:1] == "$" and _is_hash_or_scoped(event_id)


def is_room_alias(alias: str) -> bool:
    return alias[:1] == "#" and _is_scoped(alias)


def is_new_localpart(localpart: str) -> bool:
    """Whether an account may be made with this name; the whole ID has its own limit of length."""
    return _NEW_LOCALPART.fullmatch(localpart) is not None


def is_opaque(value: str) -> bool:
    return _OPAQUE.fullmatch(value) is not None


def is_client_secret(value: str) -> bool:
    """What a client makes up for the validation of a third-party ID."""
    return _CLIENT_SECRET.fullmatch(value) is not None


def is_namespaced(value: str) -> bool:
    """The Common Namespaced Identifier Grammar."""
    return _NAMESPACED.fullmatch(value) is not None


def is_name(value: object) -> TypeGuard[str]:
    """Whether it could name anything: a text that is not empty, not too long, and without NUL,
    which PostgreSQL can't store."""
    return isinstance(value, str) and value != "" and "\0" not in value and _fits(value)


def name_in(said: object, key: str) -> str | None:
    """What somebody's JSON names by `key`: anyone may have written anything there."""
    name = said.get(key) if isinstance(said, dict) else None
    return name if is_name(name) else None


def parse_user_id(user_id: str) -> UserName:
    if not is_user_id(user_id):
        raise BadIdentifier("Not a valid user ID")
    localpart, _, server_name = user_id[1:].partition(":")
    return UserName(localpart, ServerName(server_name))


def server_of(identifier: str) -> ServerName:
    """What follows the first colon: no localpart has one. Checks nothing else."""
    _, colon, server_name = identifier.partition(":")
    if not colon:
        raise BadIdentifier("This identifier names no server")
    return ServerName(server_name)


def _is_hash_or_scoped(identifier: str) -> bool:
    return _HASH.fullmatch(identifier, 1) is not None or _is_scoped(identifier)


def _is_scoped(identifier: str) -> bool:
    localpart, colon, server_name = identifier[1:].partition(":")
    return (
        colon != ""
        and _LOCALPART.fullmatch(localpart) is not None
        and is_server_name(server_name)
        and _fits(identifier)
    )


def _fits(identifier: str) -> bool:
    if len(identifier) > MAX_BYTES:
        return False
    return identifier.isascii() or len(identifier.encode()) <= MAX_BYTES


def _is_ip(literal: str) -> bool:
    try:
        ipaddress.ip_address(literal)
    except ValueError:
        return False
    return True
