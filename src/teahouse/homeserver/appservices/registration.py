"""What an operator says of an application service, in a file each.

Source: application service API, "Registration"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from teahouse.protocol.identifiers import MAX_BYTES, is_new_localpart


class NamespaceEntry(msgspec.Struct):
    regex: str
    exclusive: bool = False


class NamespaceEntries(msgspec.Struct):
    users: list[NamespaceEntry] | None = None
    aliases: list[NamespaceEntry] | None = None
    rooms: list[NamespaceEntry] | None = None


class RegistrationFile(msgspec.Struct):
    """Other keys are for other servers, and passed over."""

    id: str
    url: str | None
    as_token: str
    hs_token: str
    sender_localpart: str
    namespaces: NamespaceEntries
    rate_limited: bool = True
    protocols: list[str] | None = None
    receive_ephemeral: bool = False
    push_ephemeral: bool = msgspec.field(name="de.sorunome.msc2409.push_ephemeral", default=False)
    encryption: bool = msgspec.field(name="org.matrix.msc3202", default=False)


@dataclass(frozen=True, slots=True)
class Namespace:
    pattern: re.Pattern[str]
    is_exclusive: bool


Namespaces = tuple[Namespace, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AppService:
    """Implements kit.http.access.Service. `sender` is a user ID; `url` None: it is told nothing."""

    id: str
    url: str | None
    as_token: str
    hs_token: str
    server_name: str
    sender: str
    users: Namespaces
    aliases: Namespaces
    rooms: Namespaces
    is_rate_limited: bool = True
    protocols: Sequence[str] = ()
    gets_ephemeral: bool = False
    gets_unstable_ephemeral: bool = False
    """By the name that it had before version 1.13 of the specification."""
    gets_encryption: bool = False
    """Counts of keys, and whose devices changed."""

    @property
    def gets_to_device(self) -> bool:
        return self.gets_unstable_ephemeral or self.gets_encryption

    def has_user(self, user_id: str) -> bool:
        """Users of other servers are nobody's."""
        if user_id == self.sender:
            return True
        return user_id.endswith(f":{self.server_name}") and _covers(self.users, user_id)

    def has_alias(self, alias: str) -> bool:
        return _covers(self.aliases, alias)

    def has_room(self, room_id: str) -> bool:
        return _covers(self.rooms, room_id)

    def owns_user(self, user_id: str) -> bool:
        """Whether no one else may make this account."""
        if user_id == self.sender:
            return True
        own = user_id.endswith(f":{self.server_name}")
        return own and _covers(_exclusive(self.users), user_id)

    def owns_alias(self, alias: str) -> bool:
        return _covers(_exclusive(self.aliases), alias)


def load(paths: Iterable[Path], server_name: str) -> list[AppService]:
    """Errors: ValueError that names the file and what is wrong with it."""
    services: list[AppService] = []
    for path in paths:
        try:
            service = made_of(_read(path), server_name)
            _check_unlike(service, services)
        except (ValueError, OSError) as error:
            raise ValueError(f"application service {path}: {error}") from None
        services.append(service)
    return services


def made_of(said: Any, server_name: str) -> AppService:
    """Errors: ValueError."""
    file = msgspec.convert(said, RegistrationFile)
    if not file.id or not file.as_token or not file.hs_token:
        raise ValueError("id, as_token and hs_token must not be empty")
    sender = f"@{file.sender_localpart}:{server_name}"
    if not is_new_localpart(file.sender_localpart) or len(sender) > MAX_BYTES:
        raise ValueError("sender_localpart can't be the name of an account")
    return AppService(
        id=file.id,
        url=_checked_url(file.url),
        as_token=file.as_token,
        hs_token=file.hs_token,
        server_name=server_name,
        sender=sender,
        users=_namespaces("users", file.namespaces.users),
        aliases=_namespaces("aliases", file.namespaces.aliases),
        rooms=_namespaces("rooms", file.namespaces.rooms),
        is_rate_limited=file.rate_limited,
        protocols=tuple(dict.fromkeys(file.protocols or ())),
        gets_ephemeral=file.receive_ephemeral or file.push_ephemeral,
        gets_unstable_ephemeral=file.push_ephemeral,
        gets_encryption=file.encryption,
    )


def _read(path: Path) -> Any:
    import yaml

    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {error}") from None


def _checked_url(url: str | None) -> str | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isascii():
        raise ValueError("url must begin with http:// or https:// and name a host, or be null")
    if parts.query or parts.fragment:
        raise ValueError("url must end with its path")
    return url.rstrip("/")


def _namespaces(kind: str, entries: Sequence[NamespaceEntry] | None) -> Namespaces:
    try:
        return tuple(Namespace(re.compile(entry.regex), entry.exclusive) for entry in entries or ())
    except re.error as error:
        raise ValueError(f"a regex of {kind} can't be read: {error}") from None


def _covers(namespaces: Iterable[Namespace], name: str) -> bool:
    return any(namespace.pattern.fullmatch(name) for namespace in namespaces)


def _exclusive(namespaces: Namespaces) -> Iterable[Namespace]:
    return (namespace for namespace in namespaces if namespace.is_exclusive)


def _check_unlike(service: AppService, others: Iterable[AppService]) -> None:
    for other in others:
        if service.id == other.id:
            raise ValueError("another file has the same id")
        if service.as_token == other.as_token:
            raise ValueError("another file has the same as_token")
