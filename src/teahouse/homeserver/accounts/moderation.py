"""Locking and suspending accounts, by those who run the server.

Who is locked can do nothing but sign out; who is suspended reads on, and neither speaks nor acts.
Both are undone without a trace, and hold from the moment that their commit is durable.
Source: client-server API, "Account locking", "Account suspension"
"""

from __future__ import annotations

from collections.abc import Callable

from teahouse.homeserver.accounts import store
from teahouse.homeserver.accounts.store import Account
from teahouse.homeserver.accounts.tokens import StandingChanged
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import forbidden, invalid_param, not_found
from teahouse.kit.http import Requester
from teahouse.kit.log import LogWriter, WriteTx

Setter = Callable[[WriteTx, str, bool], None]
OnStanding = Callable[[WriteTx, str, bool], None]
"""(tx, user_id, is_locked): from here on; in the same transaction."""


class Moderation:
    def __init__(self, server_name: str, database: Database, log: LogWriter) -> None:
        self._server_name = server_name
        self._database = database
        self._log = log
        self.on_standing: list[OnStanding] = []

    async def anyone(self, moderator: Requester, user_id: str) -> Account:
        """Errors: M_FORBIDDEN for who is no administrator, whoever is asked about;
        M_INVALID_PARAM, M_NOT_FOUND.
        """
        check_administrator(moderator)
        self._check_local(user_id)
        return await self._database.read(_account, user_id)

    async def account(self, moderator: Requester, user_id: str) -> Account:
        """Errors: as `anyone`, and M_FORBIDDEN where it is another administrator's."""
        found = await self.anyone(moderator, user_id)
        if found.is_admin and found.user_id != moderator.user_id:
            raise forbidden("This is an administrator")
        return found

    async def set_locked(self, moderator: Requester, user_id: str, locked: bool) -> None:
        """Errors: as `account`, and M_FORBIDDEN for one's own account."""
        await self._set(moderator, user_id, store.set_locked, locked)

    async def set_suspended(self, moderator: Requester, user_id: str, suspended: bool) -> None:
        """Errors: as `set_locked`."""
        await self._set(moderator, user_id, store.set_suspended, suspended)

    async def _set(self, moderator: Requester, user_id: str, setter: Setter, value: bool) -> None:
        check_administrator(moderator)
        self._check_local(user_id)

        def change(tx: WriteTx) -> None:
            if _account(tx, user_id).is_admin:
                raise forbidden("Administrators, yourself too, can't be moderated")
            setter(tx, user_id, value)
            is_locked = _account(tx, user_id).is_locked
            tx.publish(StandingChanged(user_id, is_locked))
            for follower in self.on_standing:
                follower(tx, user_id, is_locked)

        await self._log.submit(change)

    def _check_local(self, user_id: str) -> None:
        if not user_id.startswith("@") or user_id.partition(":")[2] != self._server_name:
            raise invalid_param("This is not a user of this server")


def check_administrator(requester: Requester) -> None:
    if not requester.is_admin:
        raise forbidden("You are not an administrator of this server")


def _account(tx: ReadTx, user_id: str) -> Account:
    found = store.get(tx, user_id)
    if found is None or found.is_deactivated:
        raise not_found("There is no such account")
    return found
