"""Which events of a room a person may see, by what the database says of both."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.members.membership_reads import Membership, memberships
from teahouse.homeserver.rooms.state.state_changes import changed_state
from teahouse.homeserver.rooms.state.state_reads import STATE_EVENT, state_event
from teahouse.homeserver.rooms.tables import FOREVER, event, forgotten, room_state
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.sight import Sight, Step, sight_of
from teahouse.kit.database import ReadTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.protocol.visibility import visibility_of

HISTORY_VISIBILITY = "m.room.history_visibility"

# Built once: what surrounds each hit of a search is judged by these.
_FORGOTTEN = Prepared(
    sa.select(forgotten.c.pos).where(
        forgotten.c.shard == sa.bindparam("shard"),
        forgotten.c.user_id == sa.bindparam("user_id"),
        forgotten.c.room_id == sa.bindparam("room_id"),
    )
)
_SETTINGS = Prepared(
    sa.select(room_state.c.from_pos, event.c.body)
    .select_from(room_state.join(event, STATE_EVENT))
    .where(
        room_state.c.shard == sa.bindparam("shard"),
        room_state.c.room_id == sa.bindparam("room_id"),
        room_state.c.type == HISTORY_VISIBILITY,
        room_state.c.state_key == "",
    )
    .order_by(room_state.c.from_pos)
)


def visible(
    tx: ReadTx,
    user_id: str,
    room_id: str,
    events: Sequence[StoredEvent],
    *,
    upto: int | None = None,
) -> list[StoredEvent]:
    """Those of the events that the user may see, in their order.

    With `upto`, by what was so at that position: a join after it opens nothing.
    """
    if not events:
        return []
    first, last = min(e.pos for e in events), max(e.pos for e in events)
    own = _own(tx, user_id, room_id, first - 1, upto)
    if any(m.membership == "join" and m.from_pos <= first and last <= m.to_pos for m in own):
        return list(events)
    seen = _sight(tx, room_id, own)
    return [e for e in events if seen.sees(e.pos)]


def visible_with_state(
    tx: ReadTx, user_id: str, room_id: str, page: Sequence[StoredEvent], upto: int
) -> list[StoredEvent]:
    """Of a part of a timeline up to `upto`: also what was set while the reader was away and holds.

    They are told that state anyhow; without it the timeline would lead to another one.
    """
    shown = visible(tx, user_id, room_id, page)
    seen = {event.pos for event in shown}
    if not any(e.state_key is not None and e.pos not in seen for e in page):
        return shown
    state = changed_state(tx, room_id, page[0].pos - 1, upto)
    seen |= {event.pos for event in state}
    return [event for event in page if event.pos in seen]


def sight(tx: ReadTx, user_id: str, room_id: str, *, upto: int | None = None) -> Sight:
    return _sight(tx, room_id, _own(tx, user_id, room_id, -1, upto))


def is_world_readable(tx: ReadTx, room_id: str, pos: int) -> bool:
    found = state_event(tx, room_id, HISTORY_VISIBILITY, "", pos)
    return found is not None and _setting(found.body) == "world_readable"


def has_forgotten(tx: ReadTx, user_id: str, room_id: str) -> bool:
    own = {"shard": shard_of(user_id), "user_id": user_id, "room_id": room_id}
    return tx.first(_FORGOTTEN, **own) is not None


def _own(tx: ReadTx, user_id: str, room_id: str, after: int, upto: int | None) -> list[Membership]:
    """Who has forgotten a room sees of it what those see who never were there."""
    own = memberships(tx, user_id, room_id, after)
    if upto is not None:
        return [m for m in own if m.from_pos <= upto]
    if own and own[-1].membership != "join" and has_forgotten(tx, user_id, room_id):
        return []
    return own


def _sight(tx: ReadTx, room_id: str, own: Sequence[Membership]) -> Sight:
    return sight_of(
        [(m.from_pos, m.membership) for m in own],
        _settings(tx, room_id),
        max((m.to_pos for m in own if m.membership == "join"), default=0),
        FOREVER,
    )


def _settings(tx: ReadTx, room_id: str) -> list[Step]:
    return tx.remembered((HISTORY_VISIBILITY, room_id), lambda: _read_settings(tx, room_id))


def _read_settings(tx: ReadTx, room_id: str) -> list[Step]:
    rows = tx.all(_SETTINGS, shard=shard_of(room_id), room_id=room_id)
    return [(row.from_pos, _setting(row.body)) for row in rows]


def _setting(body: bytes) -> str:
    return visibility_of(msgspec.json.decode(body)["content"])
