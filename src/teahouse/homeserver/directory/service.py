"""Looking for people: by their exact ID anybody, by a part of it or by name whom one may meet."""

from __future__ import annotations

from dataclasses import dataclass

from teahouse.homeserver.accounts.names import local_user_id
from teahouse.homeserver.accounts.profiles import Profile
from teahouse.homeserver.accounts.service import Accounts
from teahouse.homeserver.rooms.members.acquaintance import who_is_met
from teahouse.kit.database import Database, ReadTx

MAX_CANDIDATES = 2000
"""Of those whom a term fits, before it is asked who of them may be met."""

MAX_RESULTS = 100


@dataclass(frozen=True, slots=True)
class Found:
    user_id: str
    profile: Profile


class UserDirectory:
    def __init__(self, server_name: str, database: Database, accounts: Accounts) -> None:
        self._server_name = server_name
        self._database = database
        self._accounts = accounts

    async def find(self, viewer: str, term: str, limit: int) -> tuple[list[Found], bool]:
        """At most `limit`, who has this very ID first; and whether there are more."""
        term = term.strip()
        found = await self._database.read(self._find, viewer, term) if term else []
        limit = min(limit, MAX_RESULTS)
        return found[:limit], len(found) > limit

    def _find(self, tx: ReadTx, viewer: str, term: str) -> list[Found]:
        exact = local_user_id(term, self._server_name)
        fitting = self._accounts.profiles.whom_fits(tx, term, MAX_CANDIDATES)
        met = sorted(who_is_met(tx, viewer, fitting) - {exact})
        if exact is not None and self._accounts.exists(tx, exact):
            met.insert(0, exact)
        profiles = self._accounts.profiles
        return [Found(user_id, profiles.get(tx, user_id)) for user_id in met[: MAX_RESULTS + 1]]
