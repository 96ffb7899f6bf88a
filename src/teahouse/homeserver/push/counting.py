"""What an event adds to the unread counts of a room's members, decided when it is appended.

For the members in general the predefined push rules say it once, and the room's running count
moves on. Only those for whom it is otherwise get a row: who is mentioned, who has rules of their
own, who ignores the sender.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.push import unread
from teahouse.homeserver.push.marks import EVERYBODY, MarkBook, UnreadMarked
from teahouse.homeserver.push.personal import DEFAULT_RULES, OwnRules, Personal
from teahouse.homeserver.push.pushing import Pushing
from teahouse.homeserver.push.service import PushRules
from teahouse.homeserver.rooms.members.member_names import display_name
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.timeline import timelines
from teahouse.homeserver.rooms.timeline.timelines import MAIN
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.protocol.events import Pdu, client_format
from teahouse.protocol.push_rules import NOTHING, Actions, Rules, evaluate, named_users

IGNORED_USERS: Final = "m.ignored_user_list"
FEW: Final = 500
ANYONE: Final = "\ud800"
"""Stands for a member in general. No event can name it: a lone surrogate is not canonical JSON."""


class Counting:
    """Implements rooms.append.Counting."""

    def __init__(
        self,
        log: LogWriter,
        push_rules: PushRules,
        accountdata: AccountData,
        pushing: Pushing,
    ) -> None:
        self._invites = invites = accountdata.invite_permissions
        self._personal = Personal(push_rules.rules_of, lambda tx: invites.always_heard(tx))
        self.hear = self._personal.hear
        self._marks = MarkBook()
        self._pushing = pushing
        push_rules.followers.append(self._personal.rules_changed)
        accountdata.follow(IGNORED_USERS, self._personal.ignored_changed)
        log.forget_with(self._personal.forget)
        log.forget_with(self._marks.forget)

    def count(self, tx: WriteTx, room: Room, pdu: Pdu, appended: EventAppended) -> bool:
        in_general = _evaluate(DEFAULT_RULES, room, pdu, ANYONE)
        thread_id = appended.thread_id or MAIN
        place = (room.room_id, thread_id, appended.pos)
        if in_general.highlight:
            self._marks.add(tx, EVERYBODY, *place, notify=0, highlight=1)
        for user_id in self._whom(tx, room, pdu):
            own = self._for(tx, room, pdu, appended, user_id)
            notify = own.notify - in_general.notify
            highlight = own.highlight - in_general.highlight
            if notify or highlight:
                self._marks.add(tx, user_id, *place, notify=notify, highlight=highlight)
        for user_id in self._pushing.whom(tx, room, appended):
            loud = self._for_push(tx, room, pdu, appended, user_id, in_general)
            if loud.notify:
                self._pushing.push(tx, user_id, appended, loud)
        return in_general.notify

    def take_back(
        self, tx: WriteTx, room: Room, redacted: sa.Row[Any], redaction: EventAppended
    ) -> None:
        """What is redacted counts for nobody any more; `redacted` is the event as it was.

        Implements rooms.sending.OnRedaction.
        """
        thread_id, pos = redacted.thread_id or MAIN, redacted.pos
        counted = timelines.added(tx, room.room_id, redacted.thread_id, pos)
        whom = self._who_may_have_a_mark(tx, room, msgspec.json.decode(redacted.body))
        taken = self._marks.take_back(tx, whom, room.room_id, thread_id, pos, counted=counted)
        if not taken:
            return
        tx.publish(UnreadMarked(EVERYBODY, room.room_id, redaction.pos))
        told = [
            user_id
            for user_id in self._pushing.whom(tx, room, redaction)
            if user_id != redacted.sender and taken.get(EVERYBODY, 0) + taken.get(user_id, 0) > 0
        ]
        for user_id in unread.who_has_not_read(tx, told, room.room_id, thread_id, pos):
            self._pushing.badge(tx, user_id)

    def _who_may_have_a_mark(self, tx: WriteTx, room: Room, event: dict[str, Any]) -> set[str]:
        """Rules may be others than they were; in a large room only those are asked about for whom
        the event would count otherwise now."""
        return set(room.joined()) if room.joined_count <= FEW else self._whom(tx, room, event)

    def _whom(self, tx: WriteTx, room: Room, pdu: Pdu) -> set[str]:
        """Members for whom it may count otherwise than in general."""
        whom = self._personal.concerned(tx, room, pdu["sender"])
        whom.update(user for user in named_users(pdu) if room.membership(user) == "join")
        whom.discard(pdu["sender"])
        return whom

    def _for(
        self, tx: WriteTx, room: Room, pdu: Pdu, appended: EventAppended, user_id: str
    ) -> Actions:
        # State is shown to those who ignore its sender, too.
        if "state_key" not in pdu and self._personal.ignores(user_id, pdu["sender"]):
            return NOTHING
        own = self._personal.rules(tx, user_id, room)
        return self._by(own, tx, room, pdu, appended, user_id)

    def _for_push(
        self,
        tx: WriteTx,
        room: Room,
        pdu: Pdu,
        appended: EventAppended,
        user_id: str,
        in_general: Actions,
    ) -> Actions:
        """With sounds, which rules can change without counting otherwise."""
        if user_id == pdu["sender"] or self._personal.ignores(user_id, pdu["sender"]):
            return NOTHING
        if self._is_hidden_invitation(tx, appended, user_id):
            return NOTHING
        own = self._personal.sounding(tx, user_id)
        if own is None and user_id not in named_users(pdu):
            return in_general
        return self._by(own, tx, room, pdu, appended, user_id)

    def _is_hidden_invitation(self, tx: WriteTx, appended: EventAppended, user_id: str) -> bool:
        is_invited = appended.membership == "invite" and appended.state_key == user_id
        return is_invited and self._invites.hides(tx, user_id, appended.sender)

    def _by(
        self,
        own: OwnRules | None,
        tx: WriteTx,
        room: Room,
        pdu: Pdu,
        appended: EventAppended,
        user_id: str,
    ) -> Actions:
        if own is None:
            # What they ask for stands in the same place in a PDU and in the clients' format.
            return _evaluate(DEFAULT_RULES, room, pdu, user_id)
        name = display_name(tx, room, user_id) if own.asks_for_name else None
        event = client_format(room.version, pdu, appended.event_id, room.room_id)
        return _evaluate(own.rules, room, event, user_id, name)


def _evaluate(
    rules: Rules, room: Room, event: Mapping[str, Any], user_id: str, name: str | None = None
) -> Actions:
    return evaluate(
        rules,
        event,
        user_id=user_id,
        display_name=name,
        member_count=room.joined_count,
        power_levels=room.power_levels,
    )
