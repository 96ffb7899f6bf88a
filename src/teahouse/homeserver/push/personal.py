"""Who counts events in a way of their own: by their push rules, or because they ignore someone.

Kept in the writer's memory, so that a message costs no read; changed in the transaction that
changes the rules, and read anew when one is undone.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Final

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.push.scopes import EVERYWHERE, asks_for_name, scopes_of
from teahouse.homeserver.push.tables import ignored_sender, push_scope
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.protocol.push_rules import Rules

MAX_RULES_IN_MEMORY = 2_000
MAX_SOUNDING = 20_000
MAX_IGNORED = 1_000
MAX_USER_ID_BYTES = 255

RulesOf = Callable[[ReadTx, str], Rules]
AlwaysHeard = Callable[[ReadTx], Collection[str]]
"""Whom nobody can ignore."""
DEFAULT_RULES: Final = Rules("")
_NOBODY: Final[frozenset[str]] = frozenset()


class _IgnoredUsers(msgspec.Struct):
    ignored_users: dict[str, object] = {}


@dataclass(frozen=True, slots=True)
class OwnRules:
    rules: Rules
    asks_for_name: bool


class Personal:
    """Touched by the log's thread only."""

    def __init__(self, rules_of: RulesOf, always_heard: AlwaysHeard) -> None:
        self._rules_of = rules_of
        self._always_heard = always_heard
        self._is_loaded = False
        self._by_scope: dict[str, set[str]] = {}
        self._by_sender: dict[str, set[str]] = {}
        self._rules: OrderedDict[str, OwnRules] = OrderedDict()
        self._sounding: OrderedDict[str, OwnRules | None] = OrderedDict()

    # what counting asks

    def concerned(self, tx: ReadTx, room: Room, sender: str) -> set[str]:
        """Joined members for whom a message of `sender` may count otherwise than in general."""
        if not self._is_loaded:
            self._load(tx)
        scoped = self._by_scope
        concerned: set[str] = set()
        for users in (
            scoped.get(EVERYWHERE, _NOBODY),
            scoped.get(room.room_id.lower(), _NOBODY),
            self._by_sender.get(sender, _NOBODY),
        ):
            if users:
                concerned.update(_joined(room, users))
        return concerned

    def ignores(self, user_id: str, sender: str) -> bool:
        return user_id in self._by_sender.get(sender, _NOBODY)

    def rules(self, tx: ReadTx, user_id: str, room: Room) -> OwnRules | None:
        """None where the predefined ones say the same in this room."""
        scoped = self._by_scope
        everywhere = scoped.get(EVERYWHERE, _NOBODY)
        if user_id not in everywhere and user_id not in scoped.get(room.room_id.lower(), _NOBODY):
            return None
        own = self._rules.get(user_id)
        if own is None:
            rules = self._rules_of(tx, user_id)
            own = self._rules[user_id] = OwnRules(rules, asks_for_name(rules))
            if len(self._rules) > MAX_RULES_IN_MEMORY:
                self._rules.popitem(last=False)
        self._rules.move_to_end(user_id)
        return own

    def sounding(self, tx: ReadTx, user_id: str) -> OwnRules | None:
        """The rules of someone who has pushers; None where they are the predefined ones."""
        if not self._is_loaded:
            self._load(tx)
        if user_id not in self._sounding:
            rules = self._rules_of(tx, user_id)
            own = None if rules.are_default else OwnRules(rules, asks_for_name(rules))
            self._sounding[user_id] = own
            if len(self._sounding) > MAX_SOUNDING:
                self._sounding.popitem(last=False)
        return self._sounding[user_id]

    # how it changes

    def rules_changed(self, tx: WriteTx, user_id: str, rules: Rules) -> None:
        tx.on_rollback(self.forget)
        scopes = scopes_of(rules)
        _replace(tx, push_scope, user_id, ({"room_id": scope} for scope in scopes))
        self._rules.pop(user_id, None)
        self._sounding.pop(user_id, None)
        if self._is_loaded:
            _reassign(self._by_scope, user_id, scopes)

    def ignored_changed(self, tx: WriteTx, user_id: str, content: bytes) -> None:
        """`content` is that of m.ignored_user_list, which a client may have written anyhow."""
        tx.on_rollback(self.forget)
        ignored = ignored_users(content) - {user_id, *self._always_heard(tx)}
        _replace(tx, ignored_sender, user_id, ({"ignored_id": one} for one in ignored))
        if self._is_loaded:
            _reassign(self._by_sender, user_id, ignored)

    def hear(self, tx: WriteTx, sender: str) -> None:
        """Whoever had ignored the sender does so no more."""
        tx.on_rollback(self.forget)
        tx.run(sa.delete(ignored_sender).where(ignored_sender.c.ignored_id == sender))
        self._by_sender.pop(sender, None)

    def forget(self) -> None:
        self._is_loaded = False
        self._by_scope, self._by_sender = {}, {}
        self._rules.clear()
        self._sounding.clear()

    def _load(self, tx: ReadTx) -> None:
        self._by_scope = _index(tx, push_scope.c.room_id, push_scope.c.user_id)
        self._by_sender = _index(tx, ignored_sender.c.ignored_id, ignored_sender.c.user_id)
        self._is_loaded = True


def ignored_users(content: bytes) -> frozenset[str]:
    try:
        read = msgspec.json.decode(content, type=_IgnoredUsers)
    except msgspec.DecodeError:
        return frozenset()
    named = [
        u for u in read.ignored_users if len(u.encode()) <= MAX_USER_ID_BYTES and "\0" not in u
    ]
    return frozenset(named[:MAX_IGNORED])


def _index(tx: ReadTx, key: sa.Column[str], user_id: sa.Column[str]) -> dict[str, set[str]]:
    index: dict[str, set[str]] = defaultdict(set)
    for row in tx.all(sa.select(key.label("key"), user_id.label("user_id"))):
        index[row.key].add(row.user_id)
    return dict(index)


def _joined(room: Room, users: Set[str]) -> Iterator[str]:
    """Those of `users` who are in the room, by way of the fewer."""
    if len(users) <= len(room.members):
        return (user for user in users if room.membership(user) == "join")
    return (u for u, member in room.members.items() if u in users and member.membership == "join")


def _reassign(index: dict[str, set[str]], user_id: str, keys: Iterable[str]) -> None:
    for key in [key for key, users in index.items() if user_id in users]:
        index[key].discard(user_id)
        if not index[key]:
            del index[key]
    for key in keys:
        index.setdefault(key, set()).add(user_id)


def _replace(tx: WriteTx, table: sa.Table, user_id: str, rows: Iterable[dict[str, str]]) -> None:
    shard = shard_of(user_id)
    tx.run(sa.delete(table).where(table.c.shard == shard, table.c.user_id == user_id))
    for row in rows:
        tx.insert(table, shard=shard, user_id=user_id, **row)
