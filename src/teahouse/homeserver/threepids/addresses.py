"""The e-mail addresses that accounts have."""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.homeserver.threepids import address_store as store
from teahouse.homeserver.threepids.address_store import Kept
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.protocol.email_addresses import BadEmailAddress, folded_email

MAX_ADDRESSES = 20


class Addresses:
    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._log = log

    def owner(self, tx: ReadTx, given: str) -> str | None:
        """Whose account the address leads to, however it is spelt."""
        try:
            return store.owner(tx, folded_email(given))
        except BadEmailAddress:
            return None

    async def of_user(self, user_id: str) -> Sequence[Kept]:
        return await self._database.read(store.of_user, user_id)

    def give(self, tx: WriteTx, user_id: str, address: str, validated_at_ms: int) -> None:
        """Errors: M_THREEPID_IN_USE when another account has it; M_THREEPID_DENIED past the limit.

        An account that has it already keeps it.
        """
        owner = store.owner(tx, address)
        if owner == user_id:
            return
        if owner is not None:
            raise in_use()
        if len(store.of_user(tx, user_id)) >= MAX_ADDRESSES:
            raise Refused("M_THREEPID_DENIED", f"An account has at most {MAX_ADDRESSES} addresses")
        store.add(tx, user_id, address, validated_at_ms)

    async def remove(self, user_id: str, given: str) -> None:
        """An address that the account does not have is passed over."""
        try:
            address = folded_email(given)
        except BadEmailAddress:
            return
        await self._log.submit(lambda tx: store.delete(tx, user_id, address))

    def remove_all(self, tx: WriteTx, user_id: str) -> None:
        store.delete_all(tx, user_id)


def in_use() -> Refused:
    return Refused("M_THREEPID_IN_USE", "This address belongs to an account already")


def has_no_account() -> Refused:
    return Refused("M_THREEPID_NOT_FOUND", "No account here has this address")
