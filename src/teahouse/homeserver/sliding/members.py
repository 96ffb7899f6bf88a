"""Whose membership events a connection's client already has, where it loads members lazily.

In memory only: what is forgotten is sent once more. A member counts as known to a request whose
token says that the answer arrived.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Mapping

from teahouse.homeserver.sliding.asked import Token
from teahouse.homeserver.sliding.store import Connection

MAX_MEMBERS = 500_000

Moment = tuple[int, int]
"""Generation and position: every answer that holds something has one of its own."""


class SentMembers:
    def __init__(self) -> None:
        self._connections: OrderedDict[Connection, dict[str, dict[str, Moment]]] = OrderedDict()
        self._count = 0

    def arrived(self, connection: Connection, token: Token | None) -> None:
        """A request with this token has come: later answers were lost."""
        if token is None:
            self._forget(connection)
            return
        moment = _moment(token)
        for members in self._connections.get(connection, {}).values():
            lost = [user_id for user_id, sent in members.items() if sent > moment]
            for user_id in lost:
                del members[user_id]
            self._count -= len(lost)

    def known(self, connection: Connection, room_id: str) -> frozenset[str]:
        return frozenset(self._connections.get(connection, {}).get(room_id, ()))

    def remember(
        self,
        connection: Connection,
        token: Token,
        sent: Mapping[str, frozenset[str]],
        afresh: Container[str],
    ) -> None:
        """An answer with this token holds these members, by room; `afresh` are rooms of which the
        client forgets what it had."""
        rooms = self._connections.setdefault(connection, {})
        self._connections.move_to_end(connection)
        for room_id, user_ids in sent.items():
            members = rooms.setdefault(room_id, {})
            before = len(members)
            if room_id in afresh:
                members.clear()
            for user_id in user_ids:
                members.setdefault(user_id, _moment(token))
            self._count += len(members) - before
        while self._count > MAX_MEMBERS:
            self._forget(next(iter(self._connections)))

    def _forget(self, connection: Connection) -> None:
        rooms = self._connections.pop(connection, {})
        self._count -= sum(len(members) for members in rooms.values())


def _moment(token: Token) -> Moment:
    return token.generation, token.pos
