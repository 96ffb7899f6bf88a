"""Sending messages and state, and taking them back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec
import orjson
import sqlalchemy as sa

from teahouse.homeserver.rooms.members.member_content import without_voucher
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.tables import event, relation
from teahouse.homeserver.rooms.timeline.stored import is_redacted
from teahouse.homeserver.rooms.writing import canonical_alias
from teahouse.homeserver.rooms.writing.admission import GUEST_ACCESS, MEMBER, Admission
from teahouse.homeserver.rooms.writing.append import NO_ORIGIN, Appender, Origin
from teahouse.homeserver.rooms.writing.canonical_alias import CANONICAL_ALIAS
from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.homeserver.rooms.writing.redacting import apply_redaction
from teahouse.homeserver.rooms.writing.relations import ANNOTATION, relation_of
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.errors import Refused, forbidden, invalid_param, suspended
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.protocol.events import Draft
from teahouse.protocol.identifiers import name_in

TOMBSTONE = "m.room.tombstone"

BeforeRedaction = Callable[[WriteTx, str, int, bytes], None]
"""(tx, room_id, pos, body) of an event whose `body` is about to lose its content."""

OnRedaction = Callable[[WriteTx, Room, sa.Row[Any], EventAppended], None]
"""(tx, room, the event as it was, its redaction): the first one, of those that it has."""

AfterTombstone = Callable[[WriteTx, str, Room], None]
"""(tx, sender, the room that is replaced)"""


class Joins(Protocol):
    def enter(
        self, tx: WriteTx, room: Room, user_id: str, content: dict[str, Any], origin: Origin
    ) -> EventAppended: ...


class Sending:
    def __init__(
        self, memory: RoomMemory, appender: Appender, admission: Admission, joins: Joins
    ) -> None:
        self._memory = memory
        self._appender = appender
        self._admission = admission
        self._joins = joins
        self.before_redaction: list[BeforeRedaction] = []
        self.on_redaction: list[OnRedaction] = []
        self.after_tombstone: list[AfterTombstone] = []

    def message(
        self,
        tx: WriteTx,
        sender: str,
        room_id: str,
        type: str,
        content: dict[str, Any],
        origin: Origin,
        *,
        own_only: bool = False,
    ) -> bytes:
        """The answer's body, so that a retry gets the same one. `own_only`: as for `redact`.

        Errors: M_FORBIDDEN, M_TOO_LARGE, M_BAD_JSON, M_DUPLICATE_ANNOTATION; M_UNKNOWN for a
        thread off what is itself related to something.
        """
        room = self._room(tx, sender, room_id)
        if type == "m.reaction":
            _check_not_repeated(tx, room, sender, type, content)
        if "m.relates_to" in content:
            _check_thread(tx, room, content)
        draft = Draft(room_id, type, sender, content, None, origin.sent_at_ms(tx.now_ms))
        _check_tombstone(room_id, type, content)
        if type == "m.room.redaction":
            redacts = name_in(content, "redacts")
            return self._redaction(tx, room, draft, redacts, origin, own_only=own_only)
        return answer(self._appender.append(tx, room, draft, origin))

    def state(
        self,
        tx: WriteTx,
        sender: str,
        room_id: str,
        type: str,
        state_key: str,
        content: dict[str, Any],
        origin: Origin = NO_ORIGIN,
    ) -> bytes:
        """As `message`. Setting state to what its sender has set it to changes nothing.

        That one comes in, or knocks, may be said from outside too: so clients come in by a name
        of their own for the room, and the rules of coming in hold as for any other way.
        """
        own = content.get("membership") if (type, state_key) == (MEMBER, sender) else None
        room = self._room(tx, sender, room_id, may_be_outside=own in ("join", "knock"))
        if own == "join" and room.membership(sender) != "join":
            return answer(self._joins.enter(tx, room, sender, content, origin))
        _check_tombstone(room_id, type, content)
        if type == CANONICAL_ALIAS:
            canonical_alias.check(tx, room, content)
        unchanged = _same_state(tx, room, sender, type, state_key, content)
        if unchanged is not None and room.membership(sender) == "join":
            return orjson.dumps({"event_id": unchanged})
        if type == MEMBER:
            content = without_voucher(content)
        draft = Draft(room_id, type, sender, content, state_key, origin.sent_at_ms(tx.now_ms))
        appended = self._appender.append(tx, room, draft, origin)
        if type == GUEST_ACCESS:
            self._show_guests_out(tx, room)
        if type == TOMBSTONE:
            for follow in self.after_tombstone:
                follow(tx, sender, room)
        return answer(appended)

    def redact(
        self,
        tx: WriteTx,
        sender: str,
        room_id: str,
        event_id: str,
        content: dict[str, Any],
        origin: Origin = NO_ORIGIN,
        *,
        own_only: bool = False,
    ) -> bytes:
        """`own_only`: others' events are refused even to who has the power, as suspended.

        Errors: M_FORBIDDEN, M_NOT_FOUND, M_USER_SUSPENDED.
        """
        room = self._room(tx, sender, room_id)
        draft = Draft(room_id, "m.room.redaction", sender, content, None, tx.now_ms)
        return self._redaction(tx, room, draft, event_id, origin, own_only=own_only)

    def _redaction(
        self,
        tx: WriteTx,
        room: Room,
        draft: Draft,
        event_id: str | None,
        origin: Origin,
        *,
        own_only: bool,
    ) -> bytes:
        if event_id is None:
            raise invalid_param("A redaction names the event that it redacts")
        if room.membership(draft.sender) != "join":
            raise forbidden("You are not a member of this room")
        target = _event(tx, room, event_id)
        if target is None:
            raise invalid_param("There is no such event in this room")
        if own_only and target.sender != draft.sender:
            raise suspended()
        levels = room.power_levels
        if target.sender != draft.sender and levels.user(draft.sender) < levels.redact:
            raise forbidden("You may not redact the messages of others")
        draft.redacts = event_id
        appended = self._appender.append(tx, room, draft, origin)
        for forget in self.before_redaction:
            forget(tx, room.room_id, target.pos, target.body)
        if not is_redacted(target.unsigned):
            for follow in self.on_redaction:
                follow(tx, room, target, appended)
        apply_redaction(tx, room, target, appended)
        if target.state_key is not None:
            self._memory.drop(room.room_id)
        if target.type == GUEST_ACCESS:
            self._show_guests_out(tx, self._memory.get(tx, room.room_id))
        return answer(appended)

    def _show_guests_out(self, tx: WriteTx, room: Room) -> None:
        for user_id in self._admission.guests_to_leave(tx, room):
            leaving = {"membership": "leave"}
            draft = Draft(room.room_id, MEMBER, user_id, leaving, user_id, tx.now_ms)
            self._appender.append(tx, room, draft)

    def _room(
        self, tx: WriteTx, sender: str, room_id: str, *, may_be_outside: bool = False
    ) -> Room:
        """A room that does not exist and one that a stranger asks for look the same."""
        try:
            room = self._memory.get(tx, room_id)
        except Refused:
            raise forbidden("You are not in this room") from None
        if sender not in room.members and not may_be_outside:
            raise forbidden("You are not in this room")
        return room


def answer(appended: EventAppended) -> bytes:
    return orjson.dumps({"event_id": appended.event_id})


def _event(tx: WriteTx, room: Room, event_id: str) -> sa.Row[Any] | None:
    return tx.first(
        sa.select(event).where(
            event.c.shard == shard_of(room.room_id),
            event.c.event_id == event_id,
            event.c.room_id == room.room_id,
        )
    )


def _check_tombstone(room_id: str, type: str, content: dict[str, Any]) -> None:
    if type == TOMBSTONE and content.get("replacement_room") == room_id:
        raise invalid_param("A room can't replace itself")


def _same_state(
    tx: WriteTx, room: Room, sender: str, type: str, state_key: str, content: dict[str, Any]
) -> str | None:
    """The id of the state event that already says so, None when there is none."""
    current = room.state_event_id(type, state_key)
    found = None if current is None else _event(tx, room, current)
    if found is None or found.sender != sender:
        return None
    return current if msgspec.json.decode(found.body)["content"] == content else None


def _check_not_repeated(
    tx: WriteTx, room: Room, sender: str, type: str, content: dict[str, Any]
) -> None:
    related = relation_of(content)
    if related is None or related.rel_type != ANNOTATION or related.key is None:
        return
    repeated = tx.first(
        sa.select(relation.c.event_id).where(
            relation.c.shard == shard_of(room.room_id),
            relation.c.parent_id == related.parent_id,
            relation.c.room_id == room.room_id,
            relation.c.rel_type == ANNOTATION,
            relation.c.type == type,
            relation.c.sender == sender,
            relation.c.key == related.key,
        )
    )
    if repeated is not None:
        raise Refused("M_DUPLICATE_ANNOTATION", "You have already reacted with this")


def _check_thread(tx: WriteTx, room: Room, content: dict[str, Any]) -> None:
    """Looked at when a thread begins, or is met again for the first time since long.

    Source: client-server API, "Validation of m.thread relationships"
    """
    related = relation_of(content)
    if related is None or related.thread_id is None or related.thread_id in room.thread_notify_no:
        return
    root = _event(tx, room, related.thread_id)
    if root is not None and _is_related(msgspec.json.decode(root.body)["content"]):
        raise Refused("M_UNKNOWN", "A thread can't begin at an event that relates to another")


def _is_related(content: dict[str, Any]) -> bool:
    """A plain reply has no rel_type, and may begin a thread."""
    relates_to = content.get("m.relates_to")
    return isinstance(relates_to, dict) and "rel_type" in relates_to
