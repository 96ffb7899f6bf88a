"""A user's push rules, stored as account data."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from teahouse.homeserver.accountdata.scope import GLOBAL
from teahouse.homeserver.accountdata.service import AccountData
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.protocol.push_rules import PushRuleError, Rules

TYPE = "m.push_rules"

OnChanged = Callable[[WriteTx, str, Rules], None]
"""(tx, user_id, rules): in the same transaction, which may still be undone."""


class PushRules:
    def __init__(self, database: Database, log: LogWriter, accountdata: AccountData) -> None:
        self._database = database
        self._log = log
        self._accountdata = accountdata
        self.followers: list[OnChanged] = []
        accountdata.present(TYPE, _shown)

    def rules_of(self, tx: ReadTx, user_id: str) -> Rules:
        return _rules(user_id, self._accountdata.get(tx, user_id, GLOBAL, TYPE))

    async def get(self, user_id: str) -> Rules:
        return await self._database.read(self.rules_of, user_id)

    async def change(self, user_id: str, operation: Callable[[Rules], Rules]) -> None:
        """Errors: what the operation refuses, with the specification's errcode."""
        await self._log.submit(lambda tx: self.apply(tx, user_id, operation))

    def apply(self, tx: WriteTx, user_id: str, operation: Callable[[Rules], Rules]) -> None:
        """As `change`, in a transaction that does more."""
        try:
            rules = operation(self.rules_of(tx, user_id))
        except PushRuleError as error:
            raise refusal(error) from None
        self._accountdata.put(tx, user_id, GLOBAL, TYPE, msgspec.json.encode(rules.stored()))
        for follower in self.followers:
            follower(tx, user_id, rules)


def refusal(error: PushRuleError) -> Refused:
    return Refused(error.errcode, str(error))


def _rules(user_id: str, stored: bytes | None) -> Rules:
    return Rules.from_stored(user_id, msgspec.json.decode(stored)) if stored else Rules(user_id)


def _shown(user_id: str, stored: bytes | None) -> bytes:
    return msgspec.json.encode({"global": _rules(user_id, stored).ruleset()})
