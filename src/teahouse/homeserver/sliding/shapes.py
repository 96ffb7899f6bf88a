"""The two shapes that sliding sync is asked and answered in, and what differs between them.

Source: MSC4186, "API", and its changelog since the first implementations
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from teahouse.homeserver.presence.asked import presence_of
from teahouse.homeserver.presence.published import State
from teahouse.homeserver.sliding.asked import (
    MAX_TIMELINE,
    MEMBER,
    Asked,
    Entry,
    Filters,
    ListAsked,
    RoomWish,
    Scope,
    StateWish,
    Token,
)
from teahouse.homeserver.sliding.bodies import (
    Extensions,
    Range,
    StableBody,
    StableFilters,
    StableList,
    StableRoom,
    UnstableBody,
    UnstableFilters,
    UnstableList,
    UnstableRoom,
)
from teahouse.homeserver.sliding.store import unknown_pos
from teahouse.kit.errors import invalid_param
from teahouse.kit.http import Request
from teahouse.kit.paging import SyncToken

MAX_TIMEOUT_MS: Final = 60_000
MAX_MESSAGES: Final = 100
MAX_RULES: Final = 100
"""Of lists, and of subscriptions, in a request by the stable name."""

_TOKEN = re.compile(r"s([0-9]{1,18})_([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shape:
    """The names in an answer, and what it tells besides."""

    stripped_state: str
    strips_departures: bool
    """Whether the end of an invitation is told in stripped state: by the older name only an
    invitation or a knock is, and clients take whatever they find there for one."""
    expanded_timeline: str
    tells_places: bool
    """Which room stands where in a list."""
    tells_membership: bool
    """The membership of each room, and the lists that it is in."""


UNSTABLE: Final = Shape(
    stripped_state="invite_state",
    strips_departures=False,
    expanded_timeline="unstable_expanded_timeline",
    tells_places=True,
    tells_membership=False,
)
STABLE: Final = Shape(
    stripped_state="stripped_state",
    strips_departures=True,
    expanded_timeline="expanded_timeline",
    tells_places=False,
    tells_membership=True,
)


@dataclass(frozen=True, slots=True)
class Call:
    asked: Asked
    timeout_ms: int
    presence: State


async def unstable(request: Request) -> Call:
    """Errors: M_UNKNOWN_POS, M_INVALID_PARAM, M_BAD_JSON."""
    body = await request.json(UnstableBody)
    user_id = request.user_id
    asked = Asked(
        user_id=user_id,
        device_id=request.device_id,
        conn_id=body.conn_id,
        token=token_of(request.query("pos")),
        lists={
            name: ListAsked(
                _unstable_wish(user_id, wanted), _ranges(wanted.ranges), _filters(wanted.filters)
            )
            for name, wanted in body.lists.items()
        },
        subscriptions={
            room_id: _unstable_wish(user_id, wanted)
            for room_id, wanted in body.room_subscriptions.items()
        },
        extensions=_scopes(body.extensions),
        to_device_since=_since(body.extensions),
        to_device_limit=min(body.extensions.to_device.limit or MAX_MESSAGES, MAX_MESSAGES),
    )
    timeout_ms = request.query_int("timeout", 0, most=MAX_TIMEOUT_MS)
    return Call(asked, timeout_ms, presence_of(request.query("set_presence")))


async def stable(request: Request) -> Call:
    """Errors: M_UNKNOWN_POS, M_INVALID_PARAM, M_BAD_JSON."""
    body = await request.json(StableBody)
    if max(len(body.lists), len(body.room_subscriptions)) > MAX_RULES:
        raise invalid_param(f"At most {MAX_RULES} lists and {MAX_RULES} room subscriptions")
    asked = Asked(
        user_id=request.user_id,
        device_id=request.device_id,
        conn_id=body.conn_id,
        token=token_of(body.pos),
        lists={
            name: ListAsked(
                _stable_wish(wanted),
                None if wanted.range is None else _ranges((wanted.range,)),
                _filters(wanted.filters),
            )
            for name, wanted in body.lists.items()
        },
        subscriptions={
            room_id: _stable_wish(wanted) for room_id, wanted in body.room_subscriptions.items()
        },
        extensions=_scopes(body.extensions),
        to_device_since=_since(body.extensions),
        to_device_limit=min(body.extensions.to_device.limit or MAX_MESSAGES, MAX_MESSAGES),
    )
    return Call(asked, min(body.timeout, MAX_TIMEOUT_MS), presence_of(body.set_presence))


def token_of(pos: str | None) -> Token | None:
    if pos is None:
        return None
    match = _TOKEN.fullmatch(pos)
    if match is None:
        raise unknown_pos()
    return Token(int(match[1]), int(match[2]))


def _scopes(extensions: Extensions) -> dict[str, Scope]:
    return {
        name: Scope(_named(extension.lists), _named(extension.rooms))
        for name, extension in msgspec.structs.asdict(extensions).items()
        if extension.enabled
    }


def _named(names: tuple[str, ...] | None) -> frozenset[str] | None:
    """`*` is all, as in the first implementations."""
    return None if names is None or "*" in names else frozenset(names)


def _since(extensions: Extensions) -> int | None:
    since = extensions.to_device.since
    return None if since is None else SyncToken.parse(since).pos


def _ranges(ranges: tuple[Range, ...] | None) -> tuple[Range, ...] | None:
    if ranges is not None and any(first > last for first, last in ranges):
        raise invalid_param("A range begins before it ends")
    return ranges


def _unstable_wish(user_id: str, wanted: UnstableRoom | UnstableList) -> RoomWish:
    """`*` fits all, `$ME` is the reader, and `$LAZY` are members as they speak."""
    is_lazy = (MEMBER, "$LAZY") in wanted.required_state
    entries = [
        _entry(type, user_id if key == "$ME" else key)
        for type, key in wanted.required_state
        if key != "$LAZY"
    ]
    return _wish(wanted.timeline_limit, StateWish(_sorted(entries), (), is_lazy))


def _stable_wish(wanted: StableRoom | StableList) -> RoomWish:
    """What is left out fits all; so does `*`, as in the first implementations."""
    state = wanted.required_state
    include = [_entry(entry.type, entry.state_key) for entry in state.include]
    exclude = [_entry(entry.type, entry.state_key) for entry in state.exclude]
    return _wish(
        wanted.timeline_limit, StateWish(_sorted(include), _sorted(exclude), state.lazy_members)
    )


def _entry(type: str | None, state_key: str | None) -> Entry:
    return (None if type == "*" else type, None if state_key == "*" else state_key)


def _wish(timeline_limit: int, state: StateWish) -> RoomWish:
    wishes = () if state == StateWish() else (state,)
    return RoomWish(min(timeline_limit, MAX_TIMELINE), wishes)


def _sorted(entries: list[Entry]) -> tuple[Entry, ...]:
    """The same wish is said in one way only."""
    return tuple(sorted(set(entries), key=lambda e: (e[0] or "", e[0] is None, e[1] or "")))


def _filters(wanted: UnstableFilters | StableFilters | None) -> Filters:
    if wanted is None:
        return Filters()
    is_invite = wanted.is_invite if isinstance(wanted, UnstableFilters) else wanted.is_invited
    return Filters(
        is_dm=wanted.is_dm,
        spaces=wanted.spaces,
        is_encrypted=wanted.is_encrypted,
        is_invite=is_invite,
        room_types=wanted.room_types,
        not_room_types=wanted.not_room_types,
        tags=wanted.tags,
        not_tags=wanted.not_tags,
    )
