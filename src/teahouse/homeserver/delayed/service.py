"""Use cases of delayed events."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from teahouse.homeserver.delayed import rules, store
from teahouse.homeserver.delayed.model import Delayed, DelayMoved, Outcome, Wanted
from teahouse.homeserver.delayed.rules import Action
from teahouse.homeserver.rooms.writing.append import Origin
from teahouse.homeserver.rooms.writing.sending import Sending
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused, not_found
from teahouse.kit.log import WriteTx
from teahouse.kit.log.pruning import delete_oldest
from teahouse.kit.randomness import Randomness
from teahouse.kit.shards import shard_of

CheckStanding = Callable[[ReadTx, str], None]
"""Raises what a request of that person would be refused with now."""


class Delays:
    def __init__(
        self, sending: Sending, check_standing: CheckStanding, randomness: Randomness
    ) -> None:
        self._sending = sending
        self._randomness = randomness
        self._check_standing = check_standing

    def schedule(self, tx: WriteTx, wanted: Wanted) -> bytes:
        """The answer's body, so that a retry gets the same one. Errors: M_LIMIT_EXCEEDED."""
        rules.check_number(*store.count(tx, wanted.user_id), tx.now_ms)
        secret = self._randomness.string(rules.SECRET_LENGTH)
        delay_id = rules.delay_id_of(shard_of(wanted.room_id), secret)
        store.add(tx, delay_id, wanted)
        tx.publish(DelayMoved(tx.now_ms + wanted.delay_ms))
        return msgspec.json.encode({"delay_id": delay_id})

    def act(self, tx: WriteTx, delay_id: str, action: Action) -> None:
        """Errors: M_NOT_FOUND; 409 when the opposite has happened; what sending is refused with."""
        delayed = _existing(tx, delay_id)
        if rules.is_done(delayed, action):
            return
        if action == "restart":
            tx.publish(DelayMoved(store.restart(tx, delayed)))
        elif action == "cancel":
            store.finalise(tx, delayed, Outcome(tx.now_ms))
        else:
            self._send(tx, delayed)

    def send_due(self, tx: WriteTx, delay_id: str) -> None:
        """Unless it was cancelled or restarted meanwhile. Errors: what sending is refused with."""
        delayed = store.find(tx, delay_id)
        if delayed is not None and _is_due(delayed, tx.now_ms):
            self._send(tx, delayed)

    def give_up(self, tx: WriteTx, delay_id: str, refused: Refused) -> None:
        delayed = store.find(tx, delay_id)
        if delayed is not None and _is_due(delayed, tx.now_ms):
            store.finalise(tx, delayed, Outcome(tx.now_ms, error=refused.body()))

    def own(self, tx: ReadTx, user_id: str, delay_id: str) -> Delayed:
        """Errors: M_NOT_FOUND, also for another person's."""
        delayed = _existing(tx, delay_id)
        if delayed.wanted.user_id != user_id:
            raise not_found("There is no such delayed event")
        return delayed

    def forget_user(self, tx: WriteTx, user_id: str) -> None:
        store.forget_user(tx, user_id)

    def prune(self, tx: WriteTx, now_ms: int) -> bool:
        return delete_oldest(tx, store.ENDED_AT, now_ms - rules.KEEP_MS)

    def _send(self, tx: WriteTx, delayed: Delayed) -> None:
        """The event, and the note that it was sent, in one transaction."""
        wanted = delayed.wanted
        self._check_standing(tx, wanted.user_id)
        event = wanted.user_id, wanted.room_id, wanted.type
        origin = Origin(txn_id=delayed.delay_id)
        if wanted.state_key is None:
            answer = self._sending.message(tx, *event, wanted.content, origin)
        else:
            answer = self._sending.state(tx, *event, wanted.state_key, wanted.content, origin)
        event_id: str = msgspec.json.decode(answer)["event_id"]
        store.finalise(tx, delayed, Outcome(tx.now_ms, event_id))


def _existing(tx: ReadTx, delay_id: str) -> Delayed:
    delayed = store.find(tx, delay_id)
    if delayed is None:
        raise not_found("There is no such delayed event")
    return delayed


def _is_due(delayed: Delayed, now_ms: int) -> bool:
    return delayed.outcome is None and delayed.send_at_ms <= now_ms
