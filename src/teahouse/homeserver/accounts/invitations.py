"""Invitations as whoever runs the server gives them out: registration tokens."""

from __future__ import annotations

from functools import partial

from teahouse.homeserver.accounts import registration_token_store as store
from teahouse.homeserver.accounts.registration_token_store import Invitation
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, invalid_param, not_found
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.randomness import Randomness
from teahouse.protocol.identifiers import is_opaque

__all__ = ["Invitation", "Invitations"]

MAX_TOKENS = 10_000
TOKEN_LENGTH = 16


class Invitations:
    def __init__(
        self, database: Database, log: LogWriter, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._log = log
        self._clock = clock
        self._randomness = randomness

    async def create(
        self, token: str | None, *, uses: int | None, expires_at_ms: int | None
    ) -> Invitation:
        """`uses` None: any number; `expires_at_ms` None: never; a token is made up if not given.

        Errors: M_INVALID_PARAM; M_TOO_LARGE when there are too many.
        """
        token = token or self._randomness.string(TOKEN_LENGTH)
        if not is_opaque(token):
            raise invalid_param("A token has 1 to 64 of the letters A-Z a-z 0-9 . _ ~ -")
        if uses is not None and uses < 1:
            raise invalid_param("A token can be used at least once")
        if expires_at_ms is not None and expires_at_ms <= self._clock.now_ms():
            raise invalid_param("The token would have expired already")
        made = Invitation(token, uses, expires_at_ms, makes_admin=False)
        await self._log.submit(partial(_create, made))
        return made

    async def all(self) -> list[Invitation]:
        return await self._database.read(store.everything)

    async def revoke(self, token: str) -> None:
        """Errors: M_NOT_FOUND."""
        await self._log.submit(partial(_revoke, token))


def _create(made: Invitation, tx: WriteTx) -> None:
    if store.get(tx, made.token) is not None:
        raise invalid_param("There is such a token already")
    if store.count(tx) >= MAX_TOKENS:
        raise Refused("M_TOO_LARGE", f"There are at most {MAX_TOKENS} tokens")
    store.add(tx, made)


def _revoke(token: str, tx: WriteTx) -> None:
    if not store.delete(tx, token):
        raise not_found("There is no such token")
