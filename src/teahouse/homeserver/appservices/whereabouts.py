"""Which rooms concern an application service, as of the position that it has reached.

A room concerns it by its id, by an alias, or because one of its users is there. Who is there is
read once, as of just before the first event that is looked at, and then follows the events.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from teahouse.homeserver.appservices.registration import AppService
from teahouse.homeserver.rooms.outside import aliases
from teahouse.homeserver.rooms.timeline import happenings
from teahouse.homeserver.rooms.timeline.happenings import Happening
from teahouse.kit.database import Database, ReadTx

MAX_ROOMS = 50_000
MAX_USERS = 200_000
"""In all rooms together."""


class Whereabouts:
    def __init__(self, service: AppService, database: Database) -> None:
        self._service = service
        self._database = database
        self._users: OrderedDict[str, set[str]] = OrderedDict()
        self._count = 0
        self._named: OrderedDict[str, bool] = OrderedDict()

    async def learn(self, positions: Mapping[str, int]) -> None:
        """Rooms that are not known yet; each as of just before a position."""
        unknown = {r: pos for r, pos in positions.items() if r not in self._users}
        unnamed = [r for r in positions if r not in self._named] if self._service.aliases else []
        if not unknown and not unnamed:
            return
        users, named = await self._database.read(self._read, unknown, unnamed)
        for room_id, own in users.items():
            self._users[room_id] = own
            self._count += len(own)
        self._named |= named

    def has_user_in(self, room_id: str) -> bool:
        return bool(self._users.get(room_id))

    def concerns(self, room_id: str) -> bool:
        return (
            self.has_user_in(room_id)
            or self._service.has_room(room_id)
            or self._named.get(room_id, False)
        )

    def follow(self, happened: Happening) -> bool:
        """Moves on by one event; whether that concerns the service."""
        if happened.member is None or not self._service.has_user(happened.member):
            return self.concerns(happened.room_id)
        users = self._users.get(happened.room_id)
        if users is not None:
            self._count -= len(users)
            if happened.membership == "join":
                users.add(happened.member)
            else:
                users.discard(happened.member)
            self._count += len(users)
        return True

    def names_changed(self, room_id: str) -> None:
        self._named.pop(room_id, None)

    def trim(self) -> None:
        """Between pages: within one, what is known must stay."""
        while self._users and (len(self._users) > MAX_ROOMS or self._count > MAX_USERS):
            _, users = self._users.popitem(last=False)
            self._count -= len(users)
        while len(self._named) > MAX_ROOMS:
            self._named.popitem(last=False)

    def forget(self) -> None:
        """The position has not moved as far as the events that were followed."""
        self._users.clear()
        self._named.clear()
        self._count = 0

    def _read(
        self, tx: ReadTx, positions: Mapping[str, int], unnamed: Iterable[str]
    ) -> tuple[dict[str, set[str]], dict[str, bool]]:
        """Room by room: all members of many rooms would be much to hold at once."""
        service = self._service
        users = {
            room_id: set(filter(service.has_user, happenings.joined_before(tx, room_id, pos)))
            for room_id, pos in positions.items()
        }
        named = {
            room_id: any(map(service.has_alias, aliases.of_room(tx, room_id)))
            for room_id in unnamed
        }
        return users, named
