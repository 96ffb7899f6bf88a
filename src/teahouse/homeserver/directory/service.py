"""Looking a person up by their exact ID."""

from __future__ import annotations

from dataclasses import dataclass

from teahouse.homeserver.accounts.names import local_user_id
from teahouse.homeserver.accounts.profiles import Profile
from teahouse.homeserver.accounts.service import Accounts
from teahouse.kit.database import Database, ReadTx


@dataclass(frozen=True, slots=True)
class Found:
    user_id: str
    profile: Profile


class UserDirectory:
    def __init__(self, server_name: str, database: Database, accounts: Accounts) -> None:
        self._server_name = server_name
        self._database = database
        self._accounts = accounts

    async def find(self, term: str) -> Found | None:
        user_id = local_user_id(term.strip(), self._server_name)
        return await self._database.read(self._find, user_id) if user_id else None

    def _find(self, tx: ReadTx, user_id: str) -> Found | None:
        if not self._accounts.exists(tx, user_id):
            return None
        return Found(user_id, self._accounts.profiles.get(tx, user_id))
