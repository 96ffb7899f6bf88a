"""Asking for a letter, opening its link, and using what that has proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from teahouse.homeserver.threepids import address_store, letters, session_store
from teahouse.homeserver.threepids.addresses import has_no_account, in_use
from teahouse.homeserver.threepids.sessions import LIFETIME_MS, Purpose, Session, sid_of
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused
from teahouse.kit.limits import Limits
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.mail import put_letter
from teahouse.kit.randomness import Randomness
from teahouse.kit.secrets import token_hash

CONFIRM_PATH = "/_teahouse/client/v1/email/confirm"


@dataclass(frozen=True, slots=True)
class Asked:
    """`address` is folded; `languages` are those of the letter."""

    purpose: Purpose
    address: str
    client_secret: str
    send_attempt: int
    next_link: str | None
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class House:
    """What letters say of this server. `is_open_about` addresses: who asks is told at once."""

    server_name: str
    url: str
    is_open_about: bool


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody who knows the client's secret reads this mailbox."""

    sid: str
    address: str


class Validations:
    def __init__(
        self,
        house: House,
        database: Database,
        log: LogWriter,
        clock: Clock,
        randomness: Randomness,
        limits: Limits,
    ) -> None:
        self._house = house
        self._database = database
        self._log = log
        self._clock = clock
        self._randomness = randomness
        self._limits = limits

    async def request(self, asked: Asked) -> str:
        """The validation's ID. A repeated attempt sends nothing.

        Errors: M_LIMIT_EXCEEDED; where the house is open about addresses M_THREEPID_IN_USE and
        M_THREEPID_NOT_FOUND.
        """
        sid = sid_of(asked.purpose, asked.address, asked.client_secret)
        found = await self._database.read(session_store.get, sid)
        if found is None or not found.has_sent(asked.send_attempt, self._clock.now_ms()):
            # By mailbox: letters that nobody wants may be asked for from many addresses.
            self._limits.check("mailbox", asked.address, "")
            await self._log.submit(partial(self._begin, sid, asked))
        return sid

    def _begin(self, sid: str, asked: Asked, tx: WriteTx) -> None:
        found = session_store.get(tx, sid)
        if found is not None and found.has_sent(asked.send_attempt, tx.now_ms):
            return
        has_owner = address_store.owner(tx, asked.address) is not None
        is_suited = has_owner == asked.purpose.is_for_owner
        if self._house.is_open_about and not is_suited:
            raise has_no_account() if asked.purpose.is_for_owner else in_use()
        token = self._randomness.token("thm") if is_suited else None
        session = Session(
            sid,
            asked.purpose,
            asked.address,
            asked.send_attempt,
            token_hash(token) if token else None,
            asked.next_link,
            validated_at_ms=None,
            expires_at_ms=tx.now_ms + LIFETIME_MS,
        )
        session_store.put(tx, session)
        self._write(tx, asked, sid, token)

    def _write(self, tx: WriteTx, asked: Asked, sid: str, token: str | None) -> None:
        words = letters.CONFIRM[asked.purpose]
        if token is None:
            words = letters.UNSUITED[asked.purpose.is_for_owner]
        letter = letters.compose(
            words,
            asked.languages,
            asked.address,
            server=self._house.server_name,
            home=self._house.url,
            link=f"{self._house.url}{CONFIRM_PATH}?sid={sid}&token={token}",
        )
        put_letter(tx, letter)

    # the link

    async def opened(self, sid: str, token: str) -> Session | None:
        """The validation that a link leads to; changes nothing. None when the link is over."""
        found = await self._database.read(session_store.get, sid)
        is_open = found is not None and found.opens_with(token, self._clock.now_ms())
        return found if is_open else None

    async def confirm(self, sid: str, token: str) -> Session | None:
        """From now on it is validated. None when the link is over."""
        return await self._log.submit(partial(_confirm, sid, token))

    # what it proves

    async def check(self, purpose: Purpose, sid: str, client_secret: str) -> Proven:
        """Errors: M_THREEPID_AUTH_FAILED; M_UNAUTHORIZED while its reader has not confirmed it."""
        found = await self._database.read(session_store.get, sid)
        if found is None or not found.is_named_by(purpose, client_secret, self._clock.now_ms()):
            raise not_proven()
        if found.validated_at_ms is None:
            # Clients that wait for it take this code as "not yet".
            raise Refused("M_UNAUTHORIZED", "The link in the letter has not been opened yet")
        return Proven(sid, found.address)

    def use(self, tx: WriteTx, proven: Proven) -> int:
        """Ends the validation; when it was confirmed. Errors: M_THREEPID_AUTH_FAILED."""
        found = session_store.get(tx, proven.sid)
        if found is None or found.validated_at_ms is None or found.is_over(tx.now_ms):
            raise not_proven()
        session_store.delete(tx, proven.sid)
        return found.validated_at_ms


def _confirm(sid: str, token: str, tx: WriteTx) -> Session | None:
    found = session_store.get(tx, sid)
    if found is None or not found.opens_with(token, tx.now_ms):
        return None
    if found.validated_at_ms is None:
        found = replace(found, validated_at_ms=tx.now_ms, expires_at_ms=tx.now_ms + LIFETIME_MS)
        session_store.put(tx, found)
    return found


def not_proven() -> Refused:
    return Refused("M_THREEPID_AUTH_FAILED", "There is no such validation, or it is over")
