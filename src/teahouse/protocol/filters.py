"""Filters: client-server API, "Filtering". What a client asks to be left out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from teahouse.protocol import globs
from teahouse.protocol.errors import ProtocolError
from teahouse.protocol.property_paths import Path, parse_path

MAX_ENTRIES = 1000

MAX_ENTRY_LENGTH = 255
MAX_STARRED = 50
"""Entries of a list that have a `*`: each is tried, while others are looked up."""

_Limit = Annotated[int, msgspec.Meta(ge=0)]
_Text = Annotated[str, msgspec.Meta(max_length=MAX_ENTRY_LENGTH)]
_UserId = Annotated[str, msgspec.Meta(pattern="^@", max_length=MAX_ENTRY_LENGTH)]
_RoomId = Annotated[str, msgspec.Meta(pattern="^!", max_length=MAX_ENTRY_LENGTH)]
_Texts = Annotated[list[_Text], msgspec.Meta(max_length=MAX_ENTRIES)]
_UserIds = Annotated[list[_UserId], msgspec.Meta(max_length=MAX_ENTRIES)]
_RoomIds = Annotated[list[_RoomId], msgspec.Meta(max_length=MAX_ENTRIES)]


_Filter = TypeVar("_Filter")


class BadFilter(ProtocolError):
    """The reason names the field."""


class Names:
    """A set of event types, some with `*` in them."""

    __slots__ = ("_exact", "_globs")

    def __init__(self, patterns: Iterable[str]) -> None:
        patterns = frozenset(patterns)
        self._exact = frozenset(p for p in patterns if "*" not in p)
        # `?` is no wildcard here.
        self._globs = [globs.stars(p) for p in patterns - self._exact]

    def __contains__(self, name: str) -> bool:
        return name in self._exact or any(matches(name) for matches in self._globs)


class EventFilter(msgspec.Struct, dict=True):
    limit: _Limit | None = None
    senders: _UserIds | None = None
    not_senders: _UserIds | None = None
    types: _Texts | None = None
    not_types: _Texts | None = None

    def __post_init__(self) -> None:
        for types in (self.types, self.not_types):
            if types is not None and sum("*" in one for one in types) > MAX_STARRED:
                raise ValueError(f"More than {MAX_STARRED} types with a star")

    def matches(
        self, type: str, sender: str, room_id: str = "", contains_url: bool = False
    ) -> bool:
        """Whether the filter lets such an event through; `limit` is the caller's."""
        return self.passes_all or (
            self.passes_type(type)
            and self._passes_sender(sender)
            and self._passes_more(room_id, contains_url)
        )

    @cached_property
    def passes_all(self) -> bool:
        return not (
            self.types is not None
            or self.senders is not None
            or self.not_types
            or self.not_senders
            or self._restricts_more()
        )

    @cached_property
    def passes_none(self) -> bool:
        """It can be known without looking at events."""
        return (
            self.limit == 0
            or self.types == []
            or self.senders == []
            or "*" in (self.not_types or ())
        )

    def passes_type(self, type: str) -> bool:
        return (self._types is None or type in self._types) and type not in self._not_types

    def _passes_sender(self, sender: str) -> bool:
        return (
            self._senders is None or sender in self._senders
        ) and sender not in self._not_senders

    def _restricts_more(self) -> bool:
        return False

    def _passes_more(self, room_id: str, contains_url: bool) -> bool:
        return True

    @cached_property
    def _types(self) -> Names | None:
        return None if self.types is None else Names(self.types)

    @cached_property
    def _not_types(self) -> Names:
        return Names(self.not_types or ())

    @cached_property
    def _senders(self) -> frozenset[str] | None:
        return None if self.senders is None else frozenset(self.senders)

    @cached_property
    def _not_senders(self) -> frozenset[str]:
        return frozenset(self.not_senders or ())


class RoomEventFilter(EventFilter, dict=True):
    rooms: _RoomIds | None = None
    not_rooms: _RoomIds | None = None
    contains_url: bool | None = None
    lazy_load_members: bool = False
    include_redundant_members: bool = False
    unread_thread_notifications: bool = False
    rel_types: _Texts | None = msgspec.field(default=None, name="org.matrix.msc3874.rel_types")
    not_rel_types: _Texts | None = msgspec.field(
        default=None, name="org.matrix.msc3874.not_rel_types"
    )

    def passes_relation(self, rel_type: str | None) -> bool:
        """Whether an event passes that relates so to another."""
        if self.rel_types is not None and rel_type not in self.rel_types:
            return False
        return rel_type not in (self.not_rel_types or ())

    def passes_room(self, room_id: str) -> bool:
        return _in_rooms(room_id, self.rooms, self.not_rooms)

    def _restricts_more(self) -> bool:
        return (
            self.rooms is not None
            or bool(self.not_rooms)
            or self.contains_url is not None
            or self.rel_types is not None
            or bool(self.not_rel_types)
        )

    def _passes_more(self, room_id: str, contains_url: bool) -> bool:
        return self.passes_room(room_id) and self.contains_url in (None, contains_url)


class RoomFilter(msgspec.Struct):
    rooms: _RoomIds | None = None
    not_rooms: _RoomIds | None = None
    include_leave: bool = False
    ephemeral: RoomEventFilter = msgspec.field(default_factory=RoomEventFilter)
    state: RoomEventFilter = msgspec.field(default_factory=RoomEventFilter)
    timeline: RoomEventFilter = msgspec.field(default_factory=RoomEventFilter)
    account_data: RoomEventFilter = msgspec.field(default_factory=RoomEventFilter)

    def passes_room(self, room_id: str) -> bool:
        """Applied before the filters of the sections."""
        return _in_rooms(room_id, self.rooms, self.not_rooms)


class SyncFilter(msgspec.Struct, dict=True):
    event_fields: _Texts | None = None
    event_format: Literal["client", "federation"] = "client"
    presence: EventFilter = msgspec.field(default_factory=EventFilter)
    account_data: EventFilter = msgspec.field(default_factory=EventFilter)
    room: RoomFilter = msgspec.field(default_factory=RoomFilter)

    @cached_property
    def field_paths(self) -> list[Path] | None:
        """For property_paths.select; None when all fields are wanted."""
        return None if self.event_fields is None else list(map(parse_path, self.event_fields))


def parse_sync_filter(value: bytes | dict[str, Any]) -> SyncFilter:
    return _parse(value, SyncFilter)


def parse_room_event_filter(value: bytes | dict[str, Any]) -> RoomEventFilter:
    """The `filter` of /messages, /context, search and the like."""
    return _parse(value, RoomEventFilter)


def _parse(value: bytes | dict[str, Any], kind: type[_Filter]) -> _Filter:
    try:
        if isinstance(value, bytes):
            return msgspec.json.decode(value, type=kind)
        return msgspec.convert(value, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFilter(f"Not a valid filter: {error}") from None


def _in_rooms(room_id: str, rooms: list[str] | None, not_rooms: list[str] | None) -> bool:
    if rooms is not None and room_id not in rooms:
        return False
    return not (not_rooms and room_id in not_rooms)
