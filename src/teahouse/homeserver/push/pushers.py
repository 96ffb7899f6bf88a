"""A person's pushers: set, moved, listed and removed."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from teahouse.homeserver.push import pusher_store
from teahouse.homeserver.push.pusher_rules import MAX_PUSHERS, Pusher, PusherKey
from teahouse.homeserver.push.pushing import Pushing
from teahouse.kit import outbox
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused
from teahouse.kit.log import LogWriter, WriteTx


class Pushers:
    def __init__(self, database: Database, log: LogWriter, pushing: Pushing) -> None:
        self._database = database
        self._log = log
        self._pushing = pushing
        log.forget_with(pushing.forget)

    async def of_user(self, user_id: str) -> list[Pusher]:
        return await self._database.read(pusher_store.of_user, user_id)

    async def put(self, user_id: str, device_id: str, pusher: Pusher, *, append: bool) -> None:
        """Not `append`: the same app and pushkey stop to push for anybody else.

        Errors: M_TOO_LARGE past MAX_PUSHERS.
        """
        await self._log.submit(partial(self._put, user_id, device_id, pusher, append))

    async def delete(self, user_id: str, app_id: str, pushkey: str) -> None:
        key = PusherKey(user_id, app_id, pushkey)
        await self._log.submit(lambda tx: self.remove(tx, key))

    def remove(self, tx: WriteTx, key: PusherKey) -> None:
        """With all that waits to be sent there."""
        pusher_store.delete(tx, key)
        outbox.drop(tx, key.queue)
        self._pushing.removed(tx, key)

    def remove_of_devices(self, tx: WriteTx, user_id: str, device_ids: Collection[str]) -> None:
        """A device that was signed out hears nothing more."""
        for key in pusher_store.of_devices(tx, user_id, device_ids):
            self.remove(tx, key)

    def _put(self, user_id: str, device_id: str, pusher: Pusher, append: bool, tx: WriteTx) -> None:
        key = PusherKey(user_id, pusher.app_id, pusher.pushkey)
        before = pusher_store.get(tx, key)
        if before is None and len(pusher_store.of_user(tx, user_id)) >= MAX_PUSHERS:
            raise Refused("M_TOO_LARGE", f"A user has at most {MAX_PUSHERS} pushers")
        if before is not None and before[0].data != pusher.data:
            # What waits for a gateway that failed must not hold up the new one.
            outbox.drop(tx, key.queue)
        if not append:
            for other in pusher_store.others(tx, key):
                self.remove(tx, other)
        pusher_store.put(tx, key, device_id, pusher)
        self._pushing.added(tx, key)
