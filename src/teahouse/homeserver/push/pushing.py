"""Who has pushers, as the writer knows it, and what is put into the outbox for them.

Kept in the writer's memory: a room without anybody who has a pusher costs one look into a dict.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import msgspec

from teahouse.homeserver.push import pusher_store
from teahouse.homeserver.push.pusher_rules import Pusher, PusherKey
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit import outbox
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.protocol.push_rules import Actions

MAX_ROOMS = 5_000
ENCRYPTED: Final = "m.room.encrypted"
BADGE: Final = b"{}"

Locked = Callable[[ReadTx], Collection[str]]
"""Whose pushers rest, because nobody may use the account."""


class Push(msgspec.Struct, omit_defaults=True):
    """What waits in the outbox: which event and how loud. Without an event: only the badge,
    or the token that makes the pusher active.

    What else is told of the event is read when it is sent; it may have been redacted by then.
    """

    room_id: str = ""
    event_id: str = ""
    is_urgent: bool = False
    tweaks: dict[str, Any] = {}
    ack_token: str = ""


class Pushing:
    """Touched by the log's thread only."""

    def __init__(self, locked_accounts: Locked) -> None:
        self._locked_accounts = locked_accounts
        self._queues: dict[str, dict[str, bool]] | None = None
        """A person's queues, and whether each wants badges."""
        self._in_room: OrderedDict[str, Collection[str]] = OrderedDict()

    def whom(self, tx: WriteTx, room: Room, appended: EventAppended) -> Collection[str]:
        """Those with pushers who are in the room, or who are being invited."""
        queues = self._queues if self._queues is not None else self._load(tx)
        if not queues:
            return ()
        if appended.membership is not None:
            self._forget_room(tx, room.room_id)
        members = self._in_room.get(room.room_id)
        if members is None:
            members = self._remember(room.room_id, _members(room, queues))
        invited = appended.state_key if appended.membership == "invite" else None
        return [*members, invited] if invited in queues and invited is not None else members

    def push(self, tx: WriteTx, user_id: str, appended: EventAppended, actions: Actions) -> None:
        # An encrypted event may be about anything: the device has to wake up to see.
        is_urgent = bool(actions.sound or actions.highlight or appended.type == ENCRYPTED)
        told = Push(appended.room_id, appended.event_id, is_urgent, dict(actions.tweaks))
        body = msgspec.json.encode(told)
        for queue in self._of(tx, user_id):
            outbox.put(tx, queue, body)

    def badge(self, tx: WriteTx, user_id: str) -> None:
        """The person has read on."""
        for queue, wants_badges in self._of(tx, user_id).items():
            if wants_badges:
                outbox.put(tx, queue, BADGE)

    def ask_to_confirm(self, tx: WriteTx, key: PusherKey, token: str) -> None:
        """What shows the pusher its token; nothing else is sent to it before."""
        outbox.put(tx, key.queue, msgspec.json.encode(Push(ack_token=token)))

    def _of(self, tx: WriteTx, user_id: str) -> Mapping[str, bool]:
        queues = self._queues if self._queues is not None else self._load(tx)
        return queues.get(user_id, {})

    # how it changes

    def added(self, tx: WriteTx, key: PusherKey, pusher: Pusher) -> None:
        tx.on_rollback(self.forget)
        if self._queues is not None:
            self._queues.setdefault(key.user_id, {})[key.queue] = pusher.wants_badges
        self._in_room.clear()

    def removed(self, tx: WriteTx, key: PusherKey) -> None:
        tx.on_rollback(self.forget)
        if self._queues is not None and key.queue in (own := self._queues.get(key.user_id, {})):
            del own[key.queue]
            if not own:
                del self._queues[key.user_id]
        self._in_room.clear()

    def forget(self) -> None:
        self._queues = None
        self._in_room.clear()

    def _load(self, tx: ReadTx) -> dict[str, dict[str, bool]]:
        queues: dict[str, dict[str, bool]] = {}
        locked = frozenset(self._locked_accounts(tx))
        for key, pusher in pusher_store.active(tx):
            if key.user_id in locked:
                continue
            queues.setdefault(key.user_id, {})[key.queue] = pusher.wants_badges
        self._queues = queues
        return queues

    def _forget_room(self, tx: WriteTx, room_id: str) -> None:
        def forget() -> None:
            self._in_room.pop(room_id, None)

        forget()
        tx.on_rollback(forget)

    def _remember(self, room_id: str, members: Collection[str]) -> Collection[str]:
        self._in_room[room_id] = members
        if len(self._in_room) > MAX_ROOMS:
            self._in_room.popitem(last=False)
        return members


def _members(room: Room, users: Collection[str]) -> Collection[str]:
    if len(users) <= len(room.members):
        return tuple(user for user in users if room.membership(user) == "join")
    return tuple(u for u, m in room.members.items() if m.membership == "join" and u in users)
