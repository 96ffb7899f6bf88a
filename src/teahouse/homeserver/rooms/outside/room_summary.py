"""What a room is like from outside: its name, its size, who may come in; of many rooms at once.

Source: client-server API, "PublishedRoomsChunk", "RoomSummary"
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.members.join_rules import RESTRICTED, allowed_rooms
from teahouse.homeserver.rooms.state.state_reads import STATE_EVENT
from teahouse.homeserver.rooms.tables import FOREVER, event, room, room_state
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

SHOWN = (
    "m.room.create",
    "m.room.name",
    "m.room.avatar",
    "m.room.topic",
    "m.room.join_rules",
    "m.room.canonical_alias",
    "m.room.encryption",
    "m.room.guest_access",
    "m.room.history_visibility",
)

SPACE = "m.space"

Contents = Mapping[str, Mapping[str, Any]]
"""Of a room's state with an empty state key, by type."""


class RoomSummary(msgspec.Struct, omit_defaults=True, frozen=True):
    room_id: str
    num_joined_members: int
    world_readable: bool
    guest_can_join: bool
    join_rule: str
    room_version: str | None = None
    room_type: str | None = None
    name: str | None = None
    topic: str | None = None
    canonical_alias: str | None = None
    avatar_url: str | None = None
    encryption: str | None = None
    allowed_room_ids: tuple[str, ...] = ()

    @property
    def is_space(self) -> bool:
        return self.room_type == SPACE


def summaries(
    tx: ReadTx, room_ids: Collection[str], *, counted: bool = True
) -> dict[str, RoomSummary]:
    """By room; those that are not here are left out. Counting is what costs: not `counted`, every
    room has 0 members."""
    versions = _versions(tx, room_ids)
    contents = contents_of(tx, room_ids, SHOWN)
    sizes = joined_counts(tx, room_ids) if counted else {}
    return {
        room_id: _summary(room_id, version, contents[room_id], sizes.get(room_id, 0))
        for room_id, version in versions.items()
    }


def summary_of(tx: ReadTx, room_id: str) -> RoomSummary | None:
    return summaries(tx, [room_id]).get(room_id)


def exists(tx: ReadTx, room_id: str) -> bool:
    return room_id in _versions(tx, [room_id])


def contents_of(
    tx: ReadTx, room_ids: Collection[str], types: Collection[str]
) -> Mapping[str, Contents]:
    """What the rooms' state of these types says now."""
    found: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    statement = _contents(tx.dialect_name)
    for row in tx.all(statement, rooms=_rooms(room_ids), types=list(types)):
        found[row.room_id][row.type] = msgspec.json.decode(row.body)["content"]
    return found


def joined_counts(tx: ReadTx, room_ids: Collection[str]) -> dict[str, int]:
    rows: Any = tx.all(_joined(tx.dialect_name), rooms=_rooms(room_ids))
    return {row.room_id: row.members for row in rows}


def room_type_of(contents: Contents) -> str | None:
    return _text(contents, "m.room.create", "type")


def words_of(contents: Contents) -> tuple[str, ...]:
    """By which people look for a room."""
    words = (_text(contents, "m.room.name", "name"), _topic(contents), _alias(contents))
    return tuple(word for word in words if word is not None)


def _summary(room_id: str, version: str, contents: Contents, members: int) -> RoomSummary:
    join_rule = _text(contents, "m.room.join_rules", "join_rule") or "invite"
    allowed = allowed_rooms(contents["m.room.join_rules"]) if join_rule in RESTRICTED else ()
    return RoomSummary(
        room_id=room_id,
        num_joined_members=members,
        world_readable=_says(contents, "history_visibility", "world_readable"),
        guest_can_join=_says(contents, "guest_access", "can_join"),
        join_rule=join_rule,
        room_version=version,
        room_type=room_type_of(contents),
        name=_text(contents, "m.room.name", "name"),
        topic=_topic(contents),
        canonical_alias=_alias(contents),
        avatar_url=_text(contents, "m.room.avatar", "url"),
        encryption=_text(contents, "m.room.encryption", "algorithm"),
        allowed_room_ids=allowed,
    )


def _says(contents: Contents, name: str, wanted: str) -> bool:
    return contents.get(f"m.room.{name}", {}).get(name) == wanted


def _text(contents: Contents, type: str, key: str) -> str | None:
    """Anyone may have put anything there; what is empty is as if it were not."""
    value = contents.get(type, {}).get(key)
    return value if isinstance(value, str) and value else None


def _alias(contents: Contents) -> str | None:
    alias = _text(contents, "m.room.canonical_alias", "alias")
    return alias if alias is not None and alias.startswith("#") else None


def _topic(contents: Contents) -> str | None:
    """The plain one of the rich topics, or the topic of clients that know no rich ones."""
    rich = contents.get("m.room.topic", {}).get("m.topic")
    texts = rich.get("m.text") if isinstance(rich, dict) else None
    for text in texts if isinstance(texts, list) else ():
        if isinstance(text, dict) and text.get("mimetype", "text/plain") == "text/plain":
            body = text.get("body")
            return body if isinstance(body, str) and body else None
    return _text(contents, "m.room.topic", "topic")


def _versions(tx: ReadTx, room_ids: Collection[str]) -> dict[str, str]:
    rows: Any = tx.all(_known(tx.dialect_name), rooms=_rooms(room_ids))
    return {row.room_id: row.version for row in rows}


def _rooms(room_ids: Collection[str]) -> str:
    return as_parameter((shard_of(room_id), room_id) for room_id in room_ids)


@cache
def _known(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    same = sa.and_(room.c.shard == rooms.c.shard, room.c.room_id == rooms.c.room_id)
    return Prepared(sa.select(room.c.room_id, room.c.version).select_from(rooms.join(room, same)))


@cache
def _contents(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    return Prepared(
        sa.select(room_state.c.room_id, room_state.c.type, event.c.body)
        .select_from(rooms.join(room_state, _in(rooms)).join(event, STATE_EVENT))
        .where(
            room_state.c.type.in_(sa.bindparam("types", expanding=True)),
            room_state.c.state_key == "",
            room_state.c.to_pos == FOREVER,
        )
    )


@cache
def _joined(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    return Prepared(
        sa.select(room_state.c.room_id, sa.func.count().label("members"))
        .select_from(rooms.join(room_state, _in(rooms)))
        .where(
            room_state.c.type == "m.room.member",
            room_state.c.to_pos == FOREVER,
            room_state.c.membership == "join",
        )
        .group_by(room_state.c.room_id)
    )


def _in(rooms: sa.CTE) -> sa.ColumnElement[bool]:
    return sa.and_(room_state.c.shard == rooms.c.shard, room_state.c.room_id == rooms.c.room_id)
