"""Appending an event to a room: the only way a room changes.

Runs in the log's thread, on the room in memory; a message costs no read from the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import msgspec
import orjson
import sqlalchemy as sa

from teahouse.homeserver.rooms.members import forgetting, stripped
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.tables import FOREVER, event, membership, relation, room_state
from teahouse.homeserver.rooms.timeline.pdus import reference_hash
from teahouse.homeserver.rooms.writing.admission import Admission
from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.homeserver.rooms.writing.relations import Relation, relation_of
from teahouse.homeserver.rooms.writing.room import KEPT_CONTENTS, Member, Room, StateRef
from teahouse.kit.errors import Refused, bad_json, forbidden
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.protocol import auth_rules, events
from teahouse.protocol.canonical_json import BadJson
from teahouse.protocol.events import Draft, Pdu

MAX_STATE_KEYS = 50_000
MAX_STATE_BYTES = 32 << 20
"""Without members, whose bytes are not counted: each is small, and they are read when asked for."""
MAX_MEMBERSHIP_BYTES = 8 << 10
"""Of one such event: a name, a picture, a reason. With 64 KiB for each, one person could ban so
many made-up people that whoever reads the room's state gets 3 GiB."""
MAX_THREADS_COUNTED = 1_000

NUL = "\0"
"""PostgreSQL can't store it."""

GONE = ("leave", "ban")

EDGE_KEYS = ("auth_events", "depth", "hashes", "prev_events")


@dataclass(slots=True, frozen=True)
class Origin:
    """The request that an event comes from; its device is told `transaction_id`.

    Of no device: an event that was delayed, of which `txn_id` is the delay's id. All devices of
    its sender are told. `ts_ms`: when it was sent, where an application service says so.
    """

    device_id: str | None = None
    txn_id: str | None = None
    ts_ms: int | None = None

    def sent_at_ms(self, now_ms: int) -> int:
        return now_ms if self.ts_ms is None else self.ts_ms


NO_ORIGIN = Origin()


class WrongEvent(Refused):
    """The room's rules refuse the event, whoever sends it."""

    def __init__(self, message: str) -> None:
        super().__init__("M_INVALID_PARAM", message)


class Counting(Protocol):
    def count(self, tx: WriteTx, room: Room, pdu: Pdu, appended: EventAppended) -> bool:
        """Whether the event counts as unread for the members in general.

        Writes what members have of it that is different, such as a mention.
        """
        ...


class Appender:
    def __init__(self, memory: RoomMemory, counting: Counting, admission: Admission) -> None:
        self._memory = memory
        self._counting = counting
        self._admission = admission

    def append(
        self, tx: WriteTx, room: Room, draft: Draft, origin: Origin = NO_ORIGIN
    ) -> EventAppended:
        """Checks `draft` against the auth rules and adds it as the room's newest event.

        Errors: M_FORBIDDEN, M_TOO_LARGE, M_BAD_JSON; those of `Admission.check`.
        """
        pdu = self._build(tx, room, draft)
        self._admission.check(tx, room, draft)
        event_id = events.event_id(room.version, pdu)
        tx.on_rollback(lambda: self._memory.drop(room.room_id))
        return self._store(tx, room, pdu, event_id, origin)

    def found(self, tx: WriteTx, room: Room, draft: Draft) -> EventAppended:
        """Adds the create event; the room gets its id from it where the version has it so.

        Such an id is a hash: a room that the same person makes with the same content in the same
        millisecond would have it too, and is made a millisecond later.
        """
        pdu = self._build(tx, room, draft)
        while self._memory.has(tx, events.room_id_of_create(room.version, pdu)):
            draft.origin_server_ts += 1
            pdu = self._build(tx, room, draft)
        event_id = events.event_id(room.version, pdu)
        room.room_id = events.room_id_of_create(room.version, pdu)
        tx.on_rollback(lambda: self._memory.drop(room.room_id))
        return self._store(tx, room, pdu, event_id, NO_ORIGIN)

    def _build(self, tx: WriteTx, room: Room, draft: Draft) -> Pdu:
        if NUL in draft.type or NUL in (draft.state_key or ""):
            raise bad_json("There is a NUL in the event's type or state key")
        keys = auth_rules.auth_event_keys(room.version, draft)
        found = [room.state_event_id(type, state_key) for type, state_key in keys]
        try:
            pdu = events.build(
                room.version,
                draft,
                prev_events=[room.head_event_id] if room.head_event_id else [],
                auth_events=[event_id for event_id in found if event_id is not None],
                depth=room.depth + 1,
                reference_hash_of=lambda event_id: reference_hash(tx, room, event_id),
            )
            auth_rules.check(room.version, room, pdu)
        except auth_rules.NeverAllowed as error:
            raise WrongEvent(str(error)) from None
        except auth_rules.NotAllowed as error:
            raise forbidden(str(error)) from None
        except events.EventTooLarge as error:
            raise Refused("M_TOO_LARGE", str(error)) from None
        except (events.BadEvent, BadJson) as error:
            raise bad_json(str(error)) from None
        return pdu

    def _store(
        self, tx: WriteTx, room: Room, pdu: Pdu, event_id: str, origin: Origin
    ) -> EventAppended:
        state_key = pdu.get("state_key")
        related = relation_of(pdu["content"]) if state_key is None else None
        appended = EventAppended(
            room_id=room.room_id,
            pos=tx.next_pos(),
            event_id=event_id,
            type=pdu["type"],
            state_key=state_key,
            sender=pdu["sender"],
            origin_server_ts=pdu["origin_server_ts"],
            device_id=origin.device_id,
            txn_id=origin.txn_id,
            body=client_bytes(room, pdu, event_id),
            unsigned=None,
            thread_id=related.thread_id if related else None,
            notify_no=0,
            thread_no=None,
            counts=False,
            parent_id=related.parent_id if related else None,
            membership=_membership(pdu),
        )
        if state_key is not None:
            self._store_state(tx, room, pdu, appended)
        self._count(tx, room, pdu, appended)
        _insert(tx, appended, pdu)
        if related is not None:
            _insert_relation(tx, appended, related)
        room.head_event_id = event_id
        room.depth += 1
        tx.changed(room.room_id)
        tx.publish(appended)
        return appended

    def _count(self, tx: WriteTx, room: Room, pdu: Pdu, appended: EventAppended) -> None:
        appended.counts = self._counting.count(tx, room, pdu, appended)
        if appended.thread_id is None:
            room.notify_no += appended.counts
        else:
            appended.thread_no = _count_in_thread(tx, room, appended.thread_id, appended.counts)
        appended.notify_no = room.notify_no

    def _store_state(self, tx: WriteTx, room: Room, pdu: Pdu, appended: EventAppended) -> None:
        type, state_key = appended.type, appended.state_key or ""
        replaced = room.state_event_id(type, state_key)
        if replaced is None and len(room.state) + len(room.members) >= MAX_STATE_KEYS:
            raise Refused("M_TOO_LARGE", f"A room has at most {MAX_STATE_KEYS} pieces of state")
        if replaced is not None:
            appended.unsigned = _end_interval(tx, room, appended, replaced)
        if appended.membership is not None:
            self._store_membership(tx, room, appended, replaced)
        else:
            content = pdu["content"] if type in KEPT_CONTENTS else None
            size_bytes = len(appended.body)
            grown = room.state_bytes + size_bytes - room.size_of_state(type, state_key)
            if grown > MAX_STATE_BYTES and grown > room.state_bytes:
                raise Refused("M_TOO_LARGE", f"A room's state has at most {MAX_STATE_BYTES} bytes")
            ref = StateRef(appended.event_id, appended.pos, appended.sender, content, size_bytes)
            room.set_state(type, state_key, ref)
        tx.insert(
            room_state,
            shard=shard_of(room.room_id),
            room_id=room.room_id,
            type=type,
            state_key=state_key,
            from_pos=appended.pos,
            to_pos=FOREVER,
            event_id=appended.event_id,
            membership=appended.membership,
        )

    def _store_membership(
        self, tx: WriteTx, room: Room, appended: EventAppended, replaced: str | None
    ) -> None:
        user_id = appended.state_key or ""
        assert appended.membership is not None
        if len(appended.body) > MAX_MEMBERSHIP_BYTES:
            raise Refused("M_TOO_LARGE", f"A membership has at most {MAX_MEMBERSHIP_BYTES} bytes")
        if replaced is not None:
            tx.run(
                sa.update(membership)
                .where(
                    membership.c.shard == shard_of(user_id),
                    membership.c.user_id == user_id,
                    membership.c.room_id == room.room_id,
                    membership.c.to_pos == FOREVER,
                )
                .values(to_pos=appended.pos)
            )
        seen_outside = appended.membership in ("invite", "knock")
        tx.insert(
            membership,
            shard=shard_of(user_id),
            user_id=user_id,
            room_id=room.room_id,
            from_pos=appended.pos,
            to_pos=FOREVER,
            membership=appended.membership,
            sender=appended.sender,
            event_id=appended.event_id,
            stripped_state=stripped.of(tx, room, appended) if seen_outside else None,
        )
        was_gone = replaced is not None and room.membership(user_id) in GONE
        if was_gone and appended.membership not in GONE:
            forgetting.remember(tx, user_id, room.room_id)
        room.set_member(user_id, Member(appended.membership, appended.event_id, appended.pos))
        tx.changed(user_id)


def client_bytes(room: Room, pdu: Pdu, event_id: str) -> bytes:
    return orjson.dumps(events.client_format(room.version, pdu, event_id, room.room_id))


def _membership(pdu: Pdu) -> str | None:
    if pdu["type"] != "m.room.member" or "state_key" not in pdu:
        return None
    found: str = pdu["content"]["membership"]
    return found


def _insert(tx: WriteTx, appended: EventAppended, pdu: Pdu) -> None:
    tx.insert(
        event,
        shard=shard_of(appended.room_id),
        room_id=appended.room_id,
        pos=appended.pos,
        room_order=appended.pos,
        event_id=appended.event_id,
        type=appended.type,
        state_key=appended.state_key,
        sender=appended.sender,
        origin_server_ts=appended.origin_server_ts,
        thread_id=appended.thread_id,
        notify_no=appended.notify_no,
        thread_no=appended.thread_no,
        device_id=appended.device_id,
        txn_id=appended.txn_id,
        body=appended.body,
        unsigned=appended.unsigned,
        edges=orjson.dumps({key: pdu[key] for key in EDGE_KEYS}),
    )


def _insert_relation(tx: WriteTx, appended: EventAppended, related: Relation) -> None:
    tx.insert(
        relation,
        shard=shard_of(appended.room_id),
        parent_id=related.parent_id,
        pos=appended.pos,
        room_id=appended.room_id,
        event_id=appended.event_id,
        rel_type=related.rel_type,
        type=appended.type,
        sender=appended.sender,
        key=related.key,
    )


def _end_interval(tx: WriteTx, room: Room, appended: EventAppended, replaced: str) -> bytes:
    """Ends the state that `appended` replaces; what its `unsigned` says of it, as JSON."""
    shard = shard_of(room.room_id)
    tx.run(
        sa.update(room_state)
        .where(
            room_state.c.shard == shard,
            room_state.c.room_id == room.room_id,
            room_state.c.type == appended.type,
            room_state.c.state_key == appended.state_key,
            room_state.c.to_pos == FOREVER,
        )
        .values(to_pos=appended.pos)
    )
    before = tx.first(
        sa.select(event.c.body, event.c.sender).where(
            event.c.shard == shard, event.c.event_id == replaced
        )
    )
    if before is None:
        return orjson.dumps({"replaces_state": replaced})
    return orjson.dumps(
        {
            "replaces_state": replaced,
            "prev_content": msgspec.json.decode(before.body)["content"],
            "prev_sender": before.sender,
        }
    )


def _count_in_thread(tx: WriteTx, room: Room, thread_id: str, counts: int) -> int:
    counted = room.thread_notify_no
    if thread_id not in counted:
        if len(counted) >= MAX_THREADS_COUNTED:
            counted.clear()
        counted[thread_id] = _thread_no(tx, room, thread_id)
    counted[thread_id] += counts
    return counted[thread_id]


def _thread_no(tx: WriteTx, room: Room, thread_id: str) -> int:
    newest = tx.scalar(
        sa.select(event.c.thread_no)
        .where(
            event.c.shard == shard_of(room.room_id),
            event.c.room_id == room.room_id,
            event.c.thread_id == thread_id,
        )
        .order_by(event.c.pos.desc())
        .limit(1)
    )
    return newest or 0
