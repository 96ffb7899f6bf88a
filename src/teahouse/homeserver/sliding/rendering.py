"""An answer as JSON, in either shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.homeserver.rooms.members import membership_reads, stripped
from teahouse.homeserver.rooms.state import state_changes, state_reads
from teahouse.homeserver.rooms.timeline import render
from teahouse.homeserver.rooms.timeline.render import Reader
from teahouse.homeserver.sliding import room_part
from teahouse.homeserver.sliding.asked import MEMBER, Asked, Token
from teahouse.homeserver.sliding.own_list import OwnRoom
from teahouse.homeserver.sliding.room_part import Hero, Part, Window
from teahouse.homeserver.sliding.shapes import Shape
from teahouse.kit.database import ReadTx
from teahouse.kit.paging import SyncToken

NAME = "m.room.name"
AVATAR = "m.room.avatar"


@dataclass(slots=True)
class ListShown:
    count: int
    windows: list[tuple[int, int, list[str]]]
    """First and last place, and the rooms there."""


@dataclass(slots=True)
class RoomShown:
    """None is what is not told."""

    membership: str
    bump_stamp: int
    lists: list[str]
    is_initial: bool = False
    is_dm: bool | None = None
    titles: dict[str, str | None] = field(default_factory=dict)
    """`name` and `avatar`; None where it was taken away."""
    heroes: list[Hero] | None = None
    timeline: list[bytes] | None = None
    is_limited: bool = False
    is_expanded: bool = False
    num_live: int = 0
    prev_batch: str | None = None
    required_state: list[bytes] | None = None
    stripped_state: bytes | None = None
    departure: bytes | None = None
    """The own event by which an invitation or a knock came to nothing."""
    joined_count: int | None = None
    invited_count: int | None = None
    notification_count: int | None = None
    highlight_count: int | None = None


def fill(
    tx: ReadTx, asked: Asked, window: Window, part: Part, shown: RoomShown, now_ms: int
) -> None:
    """Tells of a room as it is seen from inside."""
    reader = Reader(asked.user_id, asked.device_id)
    rendered = render.render(tx, reader, [*part.timeline, *part.state], now_ms)
    shown.timeline = rendered[: len(part.timeline)]
    shown.required_state = rendered[len(part.timeline) :]
    shown.is_limited = part.is_limited
    oldest = part.timeline[0].pos if part.timeline else window.upto + 1
    shown.is_expanded = window.expands and not window.is_initial and oldest <= window.after
    shown.prev_batch = str(SyncToken(oldest - 1))
    if asked.token is not None:
        shown.num_live = sum(event.pos > asked.token.pos for event in part.timeline)
    _fill_titles(tx, window, part, shown)


def _fill_titles(tx: ReadTx, window: Window, part: Part, shown: RoomShown) -> None:
    room_id, after, upto = window.room_id, window.after, window.upto
    titles = state_changes.picked_state(tx, room_id, 0, upto, types=(NAME, AVATAR), members=())
    found = {event.type: event for event in titles if event.state_key == ""}
    name_event, avatar_event = found.get(NAME), found.get(AVATAR)
    name, avatar = room_part.name(name_event), room_part.avatar(avatar_event)
    for title, event, value in (("name", name_event, name), ("avatar", avatar_event, avatar)):
        if event is not None and event.pos > after and (value or after):
            shown.titles[title] = value
    if part.members_changed:
        counts = membership_reads.counts(tx, room_id, upto)
        shown.joined_count, shown.invited_count = counts.get("join", 0), counts.get("invite", 0)
    if name is None and (part.members_changed or "name" in shown.titles):
        user_ids = membership_reads.heroes(tx, room_id, window.user_id, upto)
        shown.heroes = room_part.heroes(tx, room_id, user_ids, upto)


def fill_outside(tx: ReadTx, asked: Asked, room: OwnRoom, shown: RoomShown, now_ms: int) -> None:
    """What an invitation or a knock tells; of its end, only that."""
    shown.is_initial = True
    shown.stripped_state = room.span.stripped_state or b"[]"
    if room.membership not in ("leave", "ban"):
        return
    own = state_reads.state_event(tx, room.room_id, MEMBER, asked.user_id, room.upto)
    if own is not None:
        shown.stripped_state = msgspec.json.encode([stripped.strip(own.body)])
        reader = Reader(asked.user_id, asked.device_id)
        shown.departure = render.render(tx, reader, [own], now_ms)[0]


def body(
    shape: Shape,
    token: Token,
    lists: Mapping[str, ListShown],
    rooms: Mapping[str, RoomShown],
    extensions: Mapping[str, Any],
) -> bytes:
    return msgspec.json.encode(
        {
            "pos": str(token),
            "lists": {name: _list(shape, shown) for name, shown in lists.items()},
            "rooms": {room_id: _room(shape, shown) for room_id, shown in rooms.items()},
            "extensions": extensions,
        }
    )


def _list(shape: Shape, shown: ListShown) -> dict[str, Any]:
    if not shape.tells_places:
        return {"count": shown.count}
    ops = [
        {"op": "SYNC", "range": [first, last], "room_ids": room_ids}
        for first, last, room_ids in shown.windows
    ]
    return {"count": shown.count, "ops": ops}


def _room(shape: Shape, shown: RoomShown) -> dict[str, Any]:
    told: dict[str, Any] = {"bump_stamp": shown.bump_stamp}
    if shape.tells_membership:
        told["membership"] = shown.membership
        if shown.lists:
            told["lists"] = shown.lists
    told |= {
        name: True
        for name, holds in (
            ("initial", shown.is_initial),
            ("limited", shown.is_limited),
            (shape.expanded_timeline, shown.is_expanded),
        )
        if holds
    }
    told |= shown.titles
    optional = {
        "is_dm": shown.is_dm,
        "heroes": None if shown.heroes is None else [_hero(hero) for hero in shown.heroes],
        "timeline": _raw(shown.timeline),
        "num_live": None if shown.timeline is None else shown.num_live,
        "prev_batch": shown.prev_batch,
        "required_state": _raw(shown.required_state),
        "joined_count": shown.joined_count,
        "invited_count": shown.invited_count,
        "notification_count": shown.notification_count,
        "highlight_count": shown.highlight_count,
    }
    told |= {name: value for name, value in optional.items() if value is not None}
    if shown.departure is not None and not shape.strips_departures:
        told |= {"timeline": _raw([shown.departure]), "required_state": _raw([shown.departure])}
    elif shown.stripped_state is not None:
        told[shape.stripped_state] = msgspec.Raw(shown.stripped_state)
    return told


def _hero(hero: Hero) -> dict[str, str]:
    optional = {"displayname": hero.displayname, "avatar_url": hero.avatar_url}
    return {"user_id": hero.user_id} | {k: v for k, v in optional.items() if v is not None}


def _raw(events: list[bytes] | None) -> list[msgspec.Raw] | None:
    return None if events is None else [msgspec.Raw(event) for event in events]
