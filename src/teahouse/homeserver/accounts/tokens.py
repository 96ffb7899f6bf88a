"""Access tokens: given at a login, known in memory, gone everywhere once their commit is durable.

A refresh gives a second token. The first one, and its refresh token, stay valid until the second
is used: an answer that got lost on the way locks nobody out (client-server API, "Refreshing access
tokens").
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from teahouse.homeserver.accounts import token_store as store
from teahouse.homeserver.accounts.services import ServiceTokens
from teahouse.homeserver.accounts.token_store import StoredToken
from teahouse.kit.bus import Committed
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, locked
from teahouse.kit.http import Requester
from teahouse.kit.http.access import Query
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.randomness import Randomness
from teahouse.kit.secrets import token_hash
from teahouse.kit.shards import shard_of

LIFETIME_MS = 60 * 60 * 1000
"""Of an access token whose client can refresh it; others last until signed out."""

MAX_KNOWN = 100_000


@dataclass(frozen=True, slots=True)
class Issued:
    access_token: str
    refresh_token: str | None = None
    expires_in_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TokensRevoked:
    """Published with the commit that deleted them."""

    hashes: Collection[bytes]


@dataclass(frozen=True, slots=True)
class StandingChanged:
    """Published with the commit that made of an account a guest no more, locked it, and so on."""

    user_id: str
    is_locked: bool


class Tokens:
    """Implements kit.http.access.Authenticator."""

    def __init__(
        self, database: Database, log: LogWriter, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._log = log
        self._clock = clock
        self._randomness = randomness
        self._known: dict[bytes, tuple[Requester, int | None]] = {}
        self._revocations = 0
        self.services: ServiceTokens | None = None
        log.bus.listen(self._on_commit)

    # who asks

    def known(self, token: str) -> Requester | None:
        found = self._known.get(token_hash(token))
        if found is None:
            return None
        requester, expires_at_ms = found
        if expires_at_ms is not None and expires_at_ms <= self._clock.now_ms():
            return None
        return requester

    def service(self, token: str) -> Requester | None:
        return self.services.sender(token) if self.services is not None else None

    async def authenticate(self, token: str, query: Query) -> Requester:
        if self.services is not None:
            acting = await self.services.acting(token, query)
            if acting is not None:
                return acting
        # A token revoked while it was being read must not be remembered.
        revocations = self._revocations
        shard = shard_in(token)
        stored = await self._database.read(store.find, shard, token_hash(token))
        if stored is None:
            raise unknown_token()
        if stored.expires_at_ms is not None and stored.expires_at_ms <= self._clock.now_ms():
            raise unknown_token(soft_logout=True)
        if stored.replaces is not None:
            await self._log.submit(partial(settle, shard, stored))
        requester = _requester(stored)
        if revocations == self._revocations:
            self._remember(stored.token_hash, requester, stored.expires_at_ms)
        return requester

    def _remember(self, known: bytes, requester: Requester, expires_at_ms: int | None) -> None:
        if len(self._known) >= MAX_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[known] = (requester, expires_at_ms)

    def _on_commit(self, committed: Committed) -> None:
        for item in committed.items:
            if isinstance(item, TokensRevoked):
                self._revocations += 1
                for revoked in item.hashes:
                    self._known.pop(revoked, None)
            elif isinstance(item, StandingChanged):
                self._revocations += 1
                self._forget_user(item.user_id)

    def _forget_user(self, user_id: str) -> None:
        """What is known of the tokens is not true any more. Rare, so that all are looked at."""
        theirs = [known for known, (who, _) in self._known.items() if who.user_id == user_id]
        for known in theirs:
            del self._known[known]

    # changes

    def issue(self, tx: WriteTx, user_id: str, device_id: str, *, refreshable: bool) -> Issued:
        """The device's new token; any that it had before are gone."""
        self.revoke_devices(tx, user_id, [device_id])
        return self._issue(tx, user_id, device_id, refreshable=refreshable, replaces=None)

    async def refresh(self, refresh_token: str) -> Issued:
        """Errors: M_UNKNOWN_TOKEN, M_USER_LOCKED."""
        return await self._log.submit(
            partial(self._refresh, shard_in(refresh_token), token_hash(refresh_token))
        )

    def _refresh(self, shard: int, refresh_hash: bytes, tx: WriteTx) -> Issued:
        old = store.find_by_refresh(tx, shard, refresh_hash)
        if old is None:
            raise unknown_token()
        if old.is_locked:
            raise locked()
        settle(shard, old, tx)
        _publish(tx, store.delete_replacements(tx, old))
        return self._issue(
            tx, old.user_id, old.device_id, refreshable=True, replaces=old.token_hash
        )

    def _issue(
        self,
        tx: WriteTx,
        user_id: str,
        device_id: str,
        *,
        refreshable: bool,
        replaces: bytes | None,
    ) -> Issued:
        shard = shard_of(user_id)
        token = self._randomness.token(f"tha{shard:02x}")
        refresh_token = self._randomness.token(f"thr{shard:02x}") if refreshable else None
        store.add(
            tx,
            user_id,
            device_id,
            token_hash(token),
            expires_at_ms=tx.now_ms + LIFETIME_MS if refreshable else None,
            refresh_hash=token_hash(refresh_token) if refresh_token else None,
            replaces=replaces,
        )
        return Issued(token, refresh_token, LIFETIME_MS if refreshable else None)

    def revoke_devices(self, tx: WriteTx, user_id: str, device_ids: Collection[str]) -> None:
        _publish(tx, store.delete_of_devices(tx, user_id, device_ids))


def _requester(stored: StoredToken) -> Requester:
    return Requester(
        stored.user_id,
        stored.device_id,
        is_guest=stored.is_guest,
        is_admin=stored.is_admin,
        is_locked=bool(stored.is_locked),
        is_suspended=bool(stored.is_suspended),
    )


def settle(shard: int, used: StoredToken, tx: WriteTx) -> None:
    """A token of a refresh was used: what it replaces is over.

    Errors: M_UNKNOWN_TOKEN when it was revoked meanwhile.
    """
    if used.replaces is not None:
        if not store.keep_for_good(tx, shard, used.token_hash):
            raise unknown_token()
        _publish(tx, store.delete(tx, shard, used.replaces))


def _publish(tx: WriteTx, hashes: Collection[bytes]) -> None:
    if hashes:
        tx.publish(TokensRevoked(hashes))


def shard_in(token: str) -> int:
    """A token names its user's shard, so that it is looked up where it lives.

    Errors: M_UNKNOWN_TOKEN when it can't be one of ours.
    """
    try:
        return int(token[3:5], 16)
    except ValueError:
        raise unknown_token() from None


def unknown_token(*, soft_logout: bool = False) -> Refused:
    return Refused("M_UNKNOWN_TOKEN", "Unknown or expired token", soft_logout=soft_logout)
