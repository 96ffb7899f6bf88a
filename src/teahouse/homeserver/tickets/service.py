"""Tickets are given to a device, and taken once or looked at."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from teahouse.homeserver.accounts.standing import is_closed, may_speak
from teahouse.homeserver.tickets import store
from teahouse.homeserver.tickets.kinds import Kind
from teahouse.homeserver.tickets.tables import ticket
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.http import Requester
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.log.pruning import delete_oldest
from teahouse.kit.randomness import Randomness
from teahouse.kit.secrets import token_hash
from teahouse.kit.shards import SHARDS, shard_of


class Tickets:
    def __init__(
        self, database: Database, log: LogWriter, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._log = log
        self._clock = clock
        self._randomness = randomness

    async def give(self, kind: Kind, requester: Requester) -> str:
        return await self._log.submit(partial(self._give, kind, requester))

    def _give(self, kind: Kind, requester: Requester, tx: WriteTx) -> str:
        user_id = requester.user_id
        token = self._randomness.token(f"{kind.prefix}{shard_of(user_id):02x}")
        ends_at_ms = tx.now_ms + kind.lifetime_ms
        store.add(tx, kind, user_id, requester.device_id, token_hash(token), ends_at_ms)
        return token

    def take_login(self, tx: WriteTx, token: str) -> str | None:
        """Implements accounts.logins.TakeToken."""
        shard = _shard_in(token)
        return None if shard is None else store.take(tx, Kind.LOGIN, shard, token_hash(token))

    async def owner(self, kind: Kind, token: str) -> str | None:
        """Whose it is; None for one that is unknown or over, and while the account is locked."""
        shard, now_ms = _shard_in(token), self._clock.now_ms()
        if shard is None:
            return None
        return await self._database.read(_owner, kind, shard, token_hash(token), now_ms)

    def revoke_devices(self, tx: WriteTx, user_id: str, device_ids: Collection[str]) -> None:
        store.delete_of_devices(tx, user_id, device_ids)

    def prune(self, tx: WriteTx, now_ms: int) -> bool:
        """Implements kit.log.pruning.Prune."""
        return delete_oldest(tx, ticket.c.expires_at_ms, now_ms + 1)


def _owner(tx: ReadTx, kind: Kind, shard: int, token_hash: bytes, now_ms: int) -> str | None:
    found = store.owner(tx, kind, shard, token_hash, now_ms)
    if found is None:
        return None
    # Who is suspended may sign in, but speaks nowhere, nor where this token lets them in.
    stands = may_speak(tx, found) if kind is Kind.OPENID else not is_closed(tx, found)
    return found if stands else None


def _shard_in(token: str) -> int | None:
    """A ticket names its user's shard, so that it is looked up where it lives."""
    try:
        shard = int(token[3:5], 16)
    except ValueError:
        return None
    return shard if 0 <= shard < SHARDS else None
