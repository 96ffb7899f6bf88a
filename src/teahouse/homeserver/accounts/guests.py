"""Guests: accounts that nobody has signed up for, which see and do less.

Source: client-server API, "Guest Access"
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cache

import sqlalchemy as sa

from teahouse.homeserver.accounts import store
from teahouse.homeserver.accounts.logins import DeviceWish, SignedIn
from teahouse.homeserver.accounts.registration import NewAccount, Registration
from teahouse.homeserver.accounts.tables import account
from teahouse.homeserver.accounts.tokens import Tokens
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, forbidden
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of


class Guests:
    def __init__(
        self, database: Database, registration: Registration, tokens: Tokens, *, are_welcome: bool
    ) -> None:
        self._database = database
        self._registration = registration
        self._tokens = tokens
        self._are_welcome = are_welcome

    async def create(self, wish: DeviceWish) -> SignedIn:
        """Errors: M_GUEST_ACCESS_FORBIDDEN."""
        if not self._are_welcome:
            raise Refused("M_GUEST_ACCESS_FORBIDDEN", "This server takes no guests")
        # The server names the device of a guest, as it names the guest.
        wish = replace(wish, device_id=None)
        user_id = self._registration.user_id_for(None)
        signed_in = await self._registration.create(
            NewAccount(user_id, password=None, wish=wish, is_guest=True)
        )
        assert signed_in is not None, "there was a wish for a device"
        return signed_in

    async def check_own(self, user_id: str, guest_token: str) -> None:
        """Whether the guest of this ID is the one whose token it is.

        Errors: M_FORBIDDEN, M_UNKNOWN_TOKEN.
        """
        requester = await self._tokens.authenticate(guest_token, lambda _name: None)
        if not requester.is_guest or requester.user_id != user_id:
            raise forbidden("This is not the access token of the guest of this name")


def guests_among(tx: ReadTx, user_ids: Collection[str]) -> set[str]:
    if len(user_ids) == 1:
        found = store.get(tx, *user_ids)
        return {found.user_id} if found is not None and found.is_guest else set()
    users = as_parameter((shard_of(user_id), user_id) for user_id in user_ids)
    return set(tx.scalars(_guests_among(tx.dialect_name), users=users))


@cache
def _guests_among(dialect: str) -> Prepared:
    users = listed(dialect, "users", shard=int, user_id=str)
    same = sa.and_(account.c.shard == users.c.shard, account.c.user_id == users.c.user_id)
    return Prepared(
        sa.select(account.c.user_id)
        .select_from(users.join(account, same))
        .where(account.c.is_guest)
    )
