"""Events as a client gets them: the stored bytes, with `unsigned` for the reader spliced in.

Source: client-server API, "Room event format", "Aggregations of child events"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event
from teahouse.homeserver.rooms.timeline import aggregations
from teahouse.homeserver.rooms.timeline.splicing import splice, with_user_id
from teahouse.homeserver.rooms.timeline.stored import IN_ONE_LIST, StoredEvent
from teahouse.homeserver.rooms.upkeep.erasing import as_shown
from teahouse.homeserver.rooms.visibility.viewpoint import Reader, Viewpoint
from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of

__all__ = ["Reader", "render", "render_as_then", "splice", "with_user_id"]


def render(tx: ReadTx, reader: Reader, events: Sequence[StoredEvent], now_ms: int) -> list[bytes]:
    """`events` are of one room, and ones that the reader may see."""
    if not events:
        return []
    view = Viewpoint(tx, reader, events[0].room_id, min(e.pos for e in events))
    events = as_shown(view, events)
    hidden = _with_hidden_past(view, events)
    bundles = aggregations.bundle(view, events, now_ms)
    return [
        splice(
            e,
            reader,
            view.membership_at(e.pos),
            now_ms,
            relations=bundles.get(e.event_id),
            shows_past=e.event_id not in hidden,
        )
        for e in events
    ]


def render_as_then(
    tx: ReadTx, reader: Reader, events: Sequence[StoredEvent], now_ms: int
) -> list[bytes]:
    """As `render`, for operations of the time when the sender was the `user_id`."""
    rendered = render(tx, reader, events, now_ms)
    return [with_user_id(body, e.sender) for body, e in zip(rendered, events, strict=True)]


def _with_hidden_past(view: Viewpoint, events: Sequence[StoredEvent]) -> set[str]:
    """Ids of state events whose reader may see them, but not what they replaced.

    Who was in the room just before had the old state as the room's own.
    """
    replaced = {
        e.event_id: msgspec.json.decode(e.unsigned).get("replaces_state")
        for e in events
        if e.state_key is not None
        and e.unsigned is not None
        and not e.is_redacted
        and view.membership_at(e.pos - 1) != "join"
    }
    if not replaced:
        return set()
    if view.sees_all_until(max(e.pos for e in events)):
        return set()
    positions = _positions(view, [past for past in replaced.values() if past is not None])
    return {
        event_id
        for event_id, past in replaced.items()
        if past not in positions or not view.sees(positions[past])
    }


def _positions(view: Viewpoint, event_ids: Sequence[str]) -> Mapping[str, int]:
    positions: dict[str, int] = {}
    for start in range(0, len(event_ids), IN_ONE_LIST):
        some = event_ids[start : start + IN_ONE_LIST]
        rows = view.tx.all(
            sa.select(event.c.event_id, event.c.pos).where(
                event.c.shard == shard_of(view.room_id), event.c.event_id.in_(some)
            )
        )
        positions.update((row.event_id, row.pos) for row in rows)
    return positions
