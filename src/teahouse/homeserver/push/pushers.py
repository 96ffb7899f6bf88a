"""A person's pushers: set, moved, listed and removed."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import msgspec

from teahouse.homeserver.push import pusher_store
from teahouse.homeserver.push.pusher_rules import MAX_PUSHERS, Pusher, PusherKey
from teahouse.homeserver.push.pusher_store import Stored
from teahouse.homeserver.push.pushing import Pushing
from teahouse.homeserver.push.webpush_rules import ACK_FOR_MS, is_same_subscription
from teahouse.kit import outbox
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, not_found
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.randomness import Randomness
from teahouse.kit.secrets import token_hash


class Pushers:
    def __init__(
        self, database: Database, log: LogWriter, randomness: Randomness, pushing: Pushing
    ) -> None:
        self._database = database
        self._log = log
        self._randomness = randomness
        self._pushing = pushing
        log.forget_with(pushing.forget)

    async def of_user(self, user_id: str) -> list[Pusher]:
        stored = await self._database.read(pusher_store.of_user, user_id)
        return [_shown(one) for one in stored]

    async def put(self, user_id: str, device_id: str, pusher: Pusher, *, append: bool) -> bool:
        """Whether it must be made active before it hears of anything.

        Not `append`: the same app and pushkey stop to push for anybody else.
        Errors: M_TOO_LARGE past MAX_PUSHERS.
        """
        return await self._log.submit(partial(self._put, user_id, device_id, pusher, append))

    async def acknowledge(self, user_id: str, app_id: str, token: str) -> None:
        """The token that was pushed has arrived: the pusher is active from now on.

        Errors: M_NOT_FOUND, M_EXPIRED_ACTIVATION_TOKEN, M_UNKNOWN_ACTIVATION_TOKEN.
        """
        await self._log.submit(partial(self._acknowledge, user_id, app_id, token))

    async def delete(self, user_id: str, app_id: str, pushkey: str) -> None:
        """Errors: M_NOT_FOUND."""
        await self._log.submit(partial(self._delete, PusherKey(user_id, app_id, pushkey)))

    def _delete(self, key: PusherKey, tx: WriteTx) -> None:
        if pusher_store.get(tx, key) is None:
            raise not_found("There is no such pusher")
        self.remove(tx, key)

    def remove(self, tx: WriteTx, key: PusherKey) -> None:
        """With all that waits to be sent there."""
        pusher_store.delete(tx, key)
        outbox.drop(tx, key.queue)
        self._pushing.removed(tx, key)

    def remove_all(self, tx: WriteTx, user_id: str) -> None:
        """Those that no device set, too: the account is closed."""
        for key in self._keys_of(tx, user_id):
            self.remove(tx, key)

    def standing_changed(self, tx: WriteTx, user_id: str, is_locked: bool) -> None:
        """They rest while the account is locked, and what waits is not sent later."""
        for key in self._keys_of(tx, user_id) if is_locked else ():
            outbox.drop(tx, key.queue)
        tx.on_rollback(self._pushing.forget)
        self._pushing.forget()

    def remove_of_devices(self, tx: WriteTx, user_id: str, device_ids: Collection[str]) -> None:
        """A device that was signed out hears nothing more."""
        for key in pusher_store.of_devices(tx, user_id, device_ids):
            self.remove(tx, key)

    def _keys_of(self, tx: WriteTx, user_id: str) -> list[PusherKey]:
        own = [one.pusher for one in pusher_store.of_user(tx, user_id)]
        return [PusherKey(user_id, pusher.app_id, pusher.pushkey) for pusher in own]

    def _put(self, user_id: str, device_id: str, pusher: Pusher, append: bool, tx: WriteTx) -> bool:
        key = PusherKey(user_id, pusher.app_id, pusher.pushkey)
        before = pusher_store.get(tx, key)
        if before is None and len(pusher_store.of_user(tx, user_id)) >= MAX_PUSHERS:
            raise Refused("M_TOO_LARGE", f"A user has at most {MAX_PUSHERS} pushers")
        if before is not None and before.pusher.data != pusher.data:
            # What waits for a gateway that failed must not hold up the new one.
            outbox.drop(tx, key.queue)
        if not append:
            for other in pusher_store.others(tx, key):
                self.remove(tx, other)
        is_new = pusher.is_webpush and not _goes_on(before, pusher)
        is_active = not pusher.is_webpush or (before is not None and before.is_active)
        is_active = is_active and not is_new
        pusher_store.put(tx, key, device_id, pusher, is_active=is_active)
        if is_active:
            self._pushing.added(tx, key, pusher)
        else:
            self._pushing.removed(tx, key)
            self._ask_to_confirm(tx, key)
        return is_new

    def _ask_to_confirm(self, tx: WriteTx, key: PusherKey) -> None:
        outbox.drop(tx, key.queue)
        token = self._randomness.token("ack")
        pusher_store.expect_ack(tx, key, token_hash(token), tx.now_ms + ACK_FOR_MS)
        self._pushing.ask_to_confirm(tx, key, token)

    def _acknowledge(self, user_id: str, app_id: str, token: str, tx: WriteTx) -> None:
        mine = [one for one in pusher_store.of_user(tx, user_id) if one.pusher.app_id == app_id]
        if not mine:
            raise not_found("You have no pusher of this app")
        hashed = token_hash(token)
        found = next((one for one in mine if one.ack_hash == hashed), None)
        if found is None:
            raise Refused("M_UNKNOWN_ACTIVATION_TOKEN", "No pusher was sent this token")
        if found.is_active:
            return
        if found.ack_until_ms is None or tx.now_ms > found.ack_until_ms:
            raise Refused("M_EXPIRED_ACTIVATION_TOKEN", "Set the pusher again", status=410)
        key = PusherKey(user_id, app_id, found.pusher.pushkey)
        pusher_store.activate(tx, key)
        self._pushing.added(tx, key, found.pusher)


def _goes_on(before: Stored | None, pusher: Pusher) -> bool:
    return (
        before is not None
        and before.pusher.is_webpush
        and is_same_subscription(before.pusher.data, pusher.data)
    )


def _shown(stored: Stored) -> Pusher:
    pusher = stored.pusher
    if not pusher.is_webpush:
        return pusher
    return msgspec.structs.replace(pusher, data={**pusher.data, "activated": stored.is_active})
