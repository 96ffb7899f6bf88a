"""What a server shows to one person, compared with what the oracle says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.people import Answer, Person
from tests.visibility.company import Company
from tests.visibility.oracle import Event


@dataclass
class Comparing:
    """`wrong` says where the server and the oracle do not agree."""

    person: Person
    company: Company
    joined_rooms: set[str]
    space_id: str
    owner_id: str
    """Of somebody who is in the room all the time."""
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.me = self.person.user_id
        self.oracle = self.company.room
        self.room_id = self.oracle.room_id
        self.visible = self.oracle.visible(self.me)
        self.readable = self.oracle.readable(self.me)
        self.end = self.oracle.end(self.me)
        self.is_in = self.oracle.membership(self.me, self.oracle.now) == "join"
        self.read = self.company.read(self.me, self.company.now)
        self.sharing = self.company.sharing(self.me, self.company.now)
        self.near = self.sharing - self.company.ignored.get(self.me, set())

    def expect(self, what: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            self.wrong.append(f"{self.me} {what}: {found!r}, and not {wanted!r}")

    def expect_events(self, what: str, found: Iterable[Event], wanted: Iterable[Event]) -> None:
        self.expect(what, ids(found), ids(wanted))
        stands = {one["event_id"]: one["content"] for one in self.oracle.events}
        for one in found:
            self.expect(f"{what} content", one["content"], stands[one["event_id"]])

    def expect_set(self, what: str, found: Iterable[Event], wanted: Iterable[Event]) -> None:
        """The same events, in any order."""
        self.expect(f"{what}, the missing", self._named(wanted, found), [])
        self.expect(f"{what}, what is too much", self._named(found, wanted), [])

    def _named(self, these: Iterable[Event], without: Iterable[Event]) -> list[Any]:
        there = set(ids(without))
        return [
            (self.oracle.events.index(one), one["type"], one.get("state_key"))
            for one in self.oracle.events
            if one["event_id"] in set(ids(these)) - there
        ]

    def expect_no_more(self, what: str, found: Iterable[Event], wanted: Iterable[Event]) -> None:
        self.expect(f"{what}: what may not be seen", self._named(found, wanted), [])

    def expect_no_text_leaks(self, what: str, answer: Answer) -> None:
        """No text that they may not see stands anywhere in the answer, and nothing private."""
        seen = {one["content"].get("body") for one in self.visible}
        shown = json.dumps(answer.body)
        for one in self.oracle.events:
            body = one["content"].get("body")
            if body and body not in seen and f'"{body}"' in shown:
                self.wrong.append(f"{self.me} {what}: shows {body!r}")
        for other, status in self.company.doings.statuses.items():
            if other not in {self.me, *self.sharing} and f'"{status}"' in shown:
                self.wrong.append(f"{self.me} {what}: shows {status!r}")
        if "m.read.private" in shown:
            self.expect(
                f"{what}: who reads in private", set(_private(answer.body)) - {self.me}, set()
            )


def ids(events: Iterable[Event]) -> list[str]:
    return [event["event_id"] for event in events]


def _private(value: Any) -> Iterator[str]:
    """Of whom there are private receipts, anywhere in it."""
    if isinstance(value, list):
        for one in value:
            yield from _private(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from (one if key == "m.read.private" else _private(one))
