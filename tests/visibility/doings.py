"""What people do besides events of a room: read, type, say how they are, change devices."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.people import Person, segment
from tests.rooms.reading import of

TYPING_MS = 120_000
"""The most that a server keeps it."""
NAME = "puerh"


@dataclass(frozen=True)
class Receipt:
    user_id: str
    type: str
    thread_id: str | None
    event_id: str


@dataclass
class Doings:
    """What the server took. Of one life of a room the first two, of all the others."""

    receipts: list[Receipt] = field(default_factory=list)
    """In order."""
    typing: dict[str, float] = field(default_factory=dict)
    """Since when, as events have it."""
    statuses: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    device_changes: list[str] = field(default_factory=list)
    """Whose."""
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def begin(self) -> None:
        self.receipts.clear()
        self.typing.clear()

    async def read(
        self, dice: random.Random, person: Person, room_id: str, said: Sequence[str]
    ) -> None:
        kind, event_id = dice.choice(("m.read", "m.read.private")), dice.choice(said)
        thread_id = dice.choice((None, None, "main", event_id, dice.choice(said)))
        body = {} if thread_id is None else {"thread_id": thread_id}
        answer = await person.post(of(room_id, "receipt", kind, event_id), body)
        if answer.status == 200:
            self.receipts.append(Receipt(person.user_id, kind, thread_id, event_id))

    async def type(self, person: Person, room_id: str, *, types: bool) -> None:
        body = {"typing": types} | ({"timeout": TYPING_MS} if types else {})
        answer = await person.put(of(room_id, "typing", person.user_id), body)
        if answer.status == 200:
            self.typing.pop(person.user_id, None)
            if types:
                self.typing[person.user_id] = time.time() * 1000

    async def tell(self, person: Person, presence: str) -> None:
        status = self._new("status", person)
        path = f"/presence/{segment(person.user_id)}/status"
        (await person.put(path, {"presence": presence, "status_msg": status})).ok()
        self.statuses[person.user_id] = status

    async def rename(self, person: Person) -> None:
        name = self._new(NAME, person)
        path = f"/profile/{segment(person.user_id)}/displayname"
        (await person.put(path, {"displayname": name})).ok()
        self.names[person.user_id] = name

    async def change_device(self, person: Person) -> None:
        path = f"/devices/{segment(person.device_id)}"
        (await person.put(path, {"display_name": self._new("phone", person)})).ok()
        self.device_changes.append(person.user_id)

    def _new(self, what: str, person: Person) -> str:
        return f"{what} {next(self._numbers)} of {person.user_id}"
