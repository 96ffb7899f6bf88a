"""What one sliding sync asks for, in whichever shape it came. Pure.

Source: MSC4186, "Request Body"
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

MEMBER: Final = "m.room.member"
MAX_TIMELINE: Final = 100

Entry = tuple[str | None, str | None]
"""Type and state key; None fits all."""


class StateWish(msgspec.Struct, frozen=True, array_like=True):
    """Which state of a room is wanted. With `lazy`, members come as they speak."""

    include: tuple[Entry, ...] = ()
    exclude: tuple[Entry, ...] = ()
    lazy: bool = False

    def matches(self, type: str, state_key: str) -> bool:
        return any(self._includes(entry, type, state_key) for entry in self.include) and not any(
            _fits(entry, type, state_key) for entry in self.exclude
        )

    def _includes(self, entry: Entry, type: str, state_key: str) -> bool:
        """Everything means everything but members, where these come as they speak."""
        is_lazy_member = self.lazy and type == MEMBER and entry == (None, None)
        return not is_lazy_member and _fits(entry, type, state_key)


def _fits(entry: Entry, type: str, state_key: str) -> bool:
    return entry[0] in (None, type) and entry[1] in (None, state_key)


Wishes = tuple[StateWish, ...]
"""State that fits any of them is wanted."""


@dataclass(frozen=True, slots=True)
class RoomWish:
    timeline_limit: int = 0
    state: Wishes = ()

    def joined_with(self, other: RoomWish) -> RoomWish:
        """The superset of both."""
        state = self.state + tuple(wish for wish in other.state if wish not in self.state)
        return RoomWish(max(self.timeline_limit, other.timeline_limit), state)


def matches(wishes: Wishes, type: str, state_key: str) -> bool:
    return any(wish.matches(type, state_key) for wish in wishes)


def is_lazy(wishes: Wishes) -> bool:
    return any(wish.lazy for wish in wishes)


def types_of(wishes: Wishes) -> set[str] | None:
    """The types besides members that may match; None when any may."""
    types = {type for wish in wishes for type, _ in wish.include}
    if None in types:
        return None
    return {type for type in types if type is not None and type != MEMBER}


def members_of(wishes: Wishes) -> set[str] | None:
    """The members asked for by name; None when all are."""
    keys: set[str] = set()
    for wish in wishes:
        for type, state_key in wish.include:
            if type == MEMBER or type is None:
                if state_key is not None:
                    keys.add(state_key)
                elif type == MEMBER or not wish.lazy:
                    return None
    return keys


class Filters(msgspec.Struct, frozen=True):
    is_dm: bool | None = None
    spaces: tuple[str, ...] | None = None
    is_encrypted: bool | None = None
    is_invite: bool | None = None
    room_types: tuple[str | None, ...] | None = None
    not_room_types: tuple[str | None, ...] | None = None
    tags: tuple[str, ...] | None = None
    not_tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ListAsked:
    wish: RoomWish
    ranges: tuple[tuple[int, int], ...] | None
    """Both ends are in it; None is all."""
    filters: Filters


@dataclass(frozen=True, slots=True)
class Scope:
    """Of an extension that speaks of rooms: None is all."""

    lists: frozenset[str] | None = None
    rooms: frozenset[str] | None = None

    def holds(self, room_id: str, lists: Collection[str], is_subscribed: bool) -> bool:
        by_list = bool(lists) if self.lists is None else not self.lists.isdisjoint(lists)
        return by_list or (is_subscribed and (self.rooms is None or room_id in self.rooms))


@dataclass(frozen=True, slots=True)
class Token:
    """`pos` of the log, and the generation of what had been sent by then."""

    pos: int
    generation: int

    def __str__(self) -> str:
        return f"s{self.pos}_{self.generation}"


@dataclass(frozen=True, slots=True)
class Asked:
    user_id: str
    device_id: str
    conn_id: str
    token: Token | None
    lists: Mapping[str, ListAsked]
    subscriptions: Mapping[str, RoomWish]
    extensions: Mapping[str, Scope]
    """Those that are enabled."""
    to_device_since: int | None = None
    to_device_limit: int = 100

    @property
    def after(self) -> int:
        return 0 if self.token is None else self.token.pos

    @property
    def connection(self) -> tuple[str, str, str]:
        return self.user_id, self.device_id, self.conn_id


def combined(wishes: Iterable[RoomWish]) -> RoomWish:
    whole = RoomWish()
    for wish in wishes:
        whole = whole.joined_with(wish)
    return whole
