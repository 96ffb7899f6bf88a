"""Changing what opens an account, and closing it for good."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from teahouse.homeserver.accounts import store
from teahouse.homeserver.accounts.passwords import Passwords, check_new_password
from teahouse.homeserver.accounts.profiles import Profiles
from teahouse.homeserver.devices.service import Devices
from teahouse.kit.errors import not_found
from teahouse.kit.log import LogWriter, WriteTx

OnDeactivated = Callable[[WriteTx, str], None]
"""(tx, user_id): removes what a package keeps for the user; in the same transaction."""

FindUser = Callable[[WriteTx], str]
"""The ID of whom a change is for, found in its transaction."""


class Credentials:
    def __init__(
        self, log: LogWriter, passwords: Passwords, devices: Devices, profiles: Profiles
    ) -> None:
        self._log = log
        self._passwords = passwords
        self._devices = devices
        self._profiles = profiles
        self.on_deactivated: list[OnDeactivated] = []
        self.on_erased: list[OnDeactivated] = []
        """Called after these, for who wants what they said to be gone, too."""
        self.after_erased: list[Callable[[], Awaitable[None]]] = []
        """Then awaited: does what is too much for one change."""

    async def set_password(
        self, user_id: str, password: str, *, sign_out: bool, but: str | None = None
    ) -> None:
        """`sign_out` ends all the account's devices, except the one that `but` names.

        Errors: M_WEAK_PASSWORD, M_INVALID_PARAM; M_NOT_FOUND; M_LIMIT_EXCEEDED.
        """
        await self.set_password_of(lambda _: user_id, password, sign_out=sign_out, but=but)

    async def set_password_of(
        self, find: FindUser, password: str, *, sign_out: bool, but: str | None = None
    ) -> None:
        """As `set_password`, for the user whom `find` names. Errors: what it raises, too."""
        check_new_password(password)
        password_hash = await self._passwords.hash(password)

        def change(tx: WriteTx) -> None:
            user_id = find(tx)
            account = store.get(tx, user_id)
            if account is None or account.is_deactivated:
                raise not_found("There is no such account")
            store.set_password(tx, user_id, password_hash)
            if sign_out:
                self._devices.delete_others(tx, user_id, kept=but)

        await self._log.submit(change)

    async def deactivate(self, user_id: str, *, erase: bool = False) -> None:
        """Nobody signs in to it again, its name is never given to another.

        Errors: M_NOT_FOUND when there is no such account, or none any more.
        """

        def change(tx: WriteTx) -> None:
            account = store.get(tx, user_id)
            if account is None or account.is_deactivated:
                raise not_found("There is no such account")
            self.close(tx, user_id)
            for follower in self.on_erased if erase else ():
                follower(tx, user_id)

        await self._log.submit(change)
        for finish in self.after_erased if erase else ():
            # Whoever hangs up does not stop it.
            await asyncio.shield(finish())

    def close(self, tx: WriteTx, user_id: str) -> None:
        """An account that is in use: nobody signs in to it again."""
        store.deactivate(tx, user_id)
        self._devices.delete_others(tx, user_id)
        for follower in self.on_deactivated:
            follower(tx, user_id)
        self._profiles.delete(tx, user_id)
