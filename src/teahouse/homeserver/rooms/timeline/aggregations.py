"""What an event is told of those that relate to it: its newest edit, its thread, its references.

One statement finds out which events of a page have any, mostly none; each kind that there is takes
one or two more, however long the page.

Source: client-server API, "Aggregations of child events"
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
import orjson
import sqlalchemy as sa

from teahouse.homeserver.rooms.state.state_reads import content
from teahouse.homeserver.rooms.tables import event, relation
from teahouse.homeserver.rooms.timeline import stored
from teahouse.homeserver.rooms.timeline.splicing import splice
from teahouse.homeserver.rooms.timeline.stored import (
    IN_ONE_LIST,
    StoredEvent,
    stored_columns,
    stored_event,
)
from teahouse.homeserver.rooms.upkeep.erasing import as_shown
from teahouse.homeserver.rooms.visibility.viewpoint import Viewpoint
from teahouse.homeserver.rooms.writing.relations import REFERENCE, REPLACE, THREAD, relation_of
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

MAX_REFERENCES = 100
EDITS_TRIED = 5
"""Only so many of an event's newest edits are looked at for one that is valid."""

Bundles = Mapping[str, bytes]
"""The value of `m.relations`, as JSON, by event id."""


_WITH_CHILDREN = Prepared(
    sa.select(relation.c.rel_type, relation.c.parent_id)
    .where(
        relation.c.shard == sa.bindparam("shard"),
        relation.c.parent_id.in_(sa.bindparam("parents", expanding=True)),
        relation.c.room_id == sa.bindparam("room_id"),
        relation.c.rel_type.in_((REPLACE, REFERENCE, THREAD)),
    )
    .distinct()
)


def bundle(view: Viewpoint, events: Sequence[StoredEvent], now_ms: int) -> Bundles:
    parents = _with_children(view, events)
    if not parents:
        return {}
    by_id = {e.event_id: e for e in events}
    parts: defaultdict[str, list[bytes]] = defaultdict(list)
    for rel_type, aggregate in (
        (REPLACE, _edits),
        (REFERENCE, _references),
        (THREAD, _threads),
    ):
        asked = [by_id[event_id] for event_id in parents.get(rel_type, ())]
        if asked:
            for event_id, value in aggregate(view, asked, now_ms).items():
                parts[event_id].append(b'"%b":%b' % (rel_type.encode(), value))
    return {event_id: b"{%b}" % b",".join(found) for event_id, found in parts.items()}


def _with_children(view: Viewpoint, events: Sequence[StoredEvent]) -> dict[str, set[str]]:
    """Ids of the events that others relate to, by how they do."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for start in range(0, len(events), IN_ONE_LIST):
        ids = [e.event_id for e in events[start : start + IN_ONE_LIST]]
        room = {"shard": shard_of(view.room_id), "room_id": view.room_id}
        rows = view.tx.all(_WITH_CHILDREN, **room, parents=ids)
        for row in rows:
            found[row.rel_type].add(row.parent_id)
    return found


def _children(view: Viewpoint, parents: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        relation.c.shard == shard_of(view.room_id),
        relation.c.parent_id.in_(parents),
        relation.c.room_id == view.room_id,
    )


# edits


def _edits(view: Viewpoint, events: Sequence[StoredEvent], now_ms: int) -> Bundles:
    parents = [e.event_id for e in events if _may_be_edited(e)]
    newest: dict[str, StoredEvent] = {}
    for row in view.tx.all(_newest_edits(view, parents)) if parents else ():
        edit = stored_event(row)
        if row.parent_id not in newest and _is_valid_edit(edit):
            newest[row.parent_id] = edit
    shown = zip(newest, as_shown(view, list(newest.values())), strict=True)
    return {
        parent_id: splice(edit, view.reader, view.membership_at(edit.pos), now_ms)
        for parent_id, edit in shown
        if edit is newest[parent_id]
    }


def _may_be_edited(found: StoredEvent) -> bool:
    if found.state_key is not None or found.is_redacted:
        return False
    related = relation_of(content(found))
    return related is None or related.rel_type != REPLACE


def _is_valid_edit(edit: StoredEvent) -> bool:
    """The new content of an encrypted edit is inside of what is encrypted."""
    return edit.type == "m.room.encrypted" or isinstance(content(edit).get("m.new_content"), dict)


def _newest_edits(view: Viewpoint, parents: Sequence[str]) -> sa.Select[Any]:
    """Edits by who sent the event, of its type, newest first, a few of each event's."""
    parent = event.alias("parent")
    order = (event.c.origin_server_ts.desc(), event.c.event_id.desc())
    ranked = (
        sa.select(
            *stored_columns(),
            relation.c.parent_id,
            sa.func.row_number().over(partition_by=relation.c.parent_id, order_by=order).label("n"),
        )
        .select_from(
            relation.join(
                event,
                sa.and_(
                    event.c.shard == relation.c.shard,
                    event.c.room_id == relation.c.room_id,
                    event.c.pos == relation.c.pos,
                ),
            ).join(
                parent,
                sa.and_(
                    parent.c.shard == relation.c.shard,
                    parent.c.event_id == relation.c.parent_id,
                    parent.c.sender == relation.c.sender,
                    parent.c.type == relation.c.type,
                ),
            )
        )
        .where(
            *_children(view, parents),
            relation.c.rel_type == REPLACE,
            event.c.state_key.is_(None),
            *view.sees_later(relation.c.pos),
        )
        .subquery()
    )
    return sa.select(ranked).where(ranked.c.n <= EDITS_TRIED).order_by(ranked.c.n)


# references


def _references(view: Viewpoint, events: Sequence[StoredEvent], _now_ms: int) -> Bundles:
    number = sa.func.row_number().over(partition_by=relation.c.parent_id, order_by=relation.c.pos)
    ranked = (
        sa.select(relation.c.parent_id, relation.c.event_id, number.label("n"))
        .where(
            *_children(view, [e.event_id for e in events]),
            relation.c.rel_type == REFERENCE,
            *view.sees_later(relation.c.pos),
        )
        .subquery()
    )
    chunks: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    wanted = sa.select(ranked).where(ranked.c.n <= MAX_REFERENCES).order_by(ranked.c.n)
    for row in view.tx.all(wanted):
        chunks[row.parent_id].append({"event_id": row.event_id})
    return {parent_id: orjson.dumps({"chunk": chunk}) for parent_id, chunk in chunks.items()}


# threads


def _threads(view: Viewpoint, events: Sequence[StoredEvent], now_ms: int) -> Bundles:
    me, ignored = view.reader.user_id, sorted(view.reader.ignored)
    mine = sa.func.max(sa.case((relation.c.sender == me, 1), else_=0))
    rows = view.tx.all(
        sa.select(
            relation.c.parent_id,
            sa.func.count().label("events"),
            sa.func.max(relation.c.pos).label("latest"),
            mine.label("mine"),
        )
        .where(
            *_children(view, [e.event_id for e in events]),
            relation.c.rel_type == THREAD,
            *view.sees_later(relation.c.pos),
            relation.c.sender.not_in(ignored),
        )
        .group_by(relation.c.parent_id)
    )
    roots = {e.event_id: e for e in events}
    found = stored.by_positions(view.tx, view.room_id, [row.latest for row in rows])
    latest = {event.pos: event for event in as_shown(view, list(found.values()))}
    edits = _bundle_of_latest(view, list(latest.values()), now_ms)
    return {
        row.parent_id: _thread(
            splice(
                latest[row.latest],
                view.reader,
                view.membership_at(row.latest),
                now_ms,
                relations=edits.get(latest[row.latest].event_id),
            ),
            row.events,
            bool(row.mine) or roots[row.parent_id].sender == me,
        )
        for row in rows
    }


def _thread(latest: bytes, events: int, participated: bool) -> bytes:
    return b'{"latest_event":%b,"count":%d,"current_user_participated":%b}' % (
        latest,
        events,
        msgspec.json.encode(participated),
    )


def _bundle_of_latest(view: Viewpoint, latest: Sequence[StoredEvent], now_ms: int) -> Bundles:
    """An event of a thread can be edited, but is no thread's root itself: this ends here."""
    parents = _with_children(view, latest)
    edited = [e for e in latest if e.event_id in parents.get(REPLACE, ())]
    edits = _edits(view, edited, now_ms) if edited else {}
    return {event_id: b'{"m.replace":%b}' % edit for event_id, edit in edits.items()}
