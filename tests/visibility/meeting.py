"""What people are told of each other: by both syncs, and by the operations that ask for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.people import Answer, segment
from tests.visibility.company import Then
from tests.visibility.comparing import Comparing
from tests.visibility.doings import NAME

EXTENSIONS = {name: {"enabled": True} for name in ("e2ee", "receipts", "typing")}
NOTHING: dict[str, Any] = {"content": {}}


class Meeting(Comparing):
    # by asking

    async def presence(self) -> None:
        for other in self.company.everybody:
            answer = await self.person.get(f"/presence/{segment(other)}/status")
            may = other == self.me or other in self.sharing
            self.expect(f"presence of {other}", answer.status, 200 if may else 403)
            if may:
                self.expect("status", answer.body.get("status_msg"), self._status(other))

    async def profiles(self) -> None:
        """Who knows the name of somebody may look at them."""
        names = self.company.doings.names
        for other in names.keys() & set(self.company.everybody):
            answer = (await self.person.get(f"/profile/{segment(other)}")).ok()
            self.expect(f"profile of {other}", answer["displayname"], names[other])

    async def directory(self) -> None:
        answer = await self.person.post("/user_directory/search", {"search_term": NAME.upper()})
        found = {one["user_id"] for one in answer.ok()["results"]}
        self.expect("people found", found, self.company.found(self.me))

    async def keys(self) -> None:
        """The specification lets anybody ask for anybody's."""
        asked: dict[str, list[str]] = {other: [] for other in self.company.everybody}
        answer = (await self.person.post("/keys/query", {"device_keys": asked})).ok()
        found = {user_id for user_id, devices in answer["device_keys"].items() if devices}
        self.expect("keys", found, set(self.company.everybody))

    async def key_changes(self, since: str, upto: str, then: Then) -> None:
        query = {"from": since, "to": upto}
        changes = (await self.person.get("/keys/changes", **query)).ok().body
        self.expect_new_lists("keys/changes", changes, then)

    # in answers of syncs

    async def expect_company(self, answer: Answer) -> None:
        """Of a first sync."""
        rooms = answer.body.get("rooms", {})
        for section in ("invite", "knock", "leave"):
            told = rooms.get(section, {}).get(self.room_id, {})
            self.expect(f"ephemeral of {section}", _ephemeral(told), [])
        if self.is_in:
            events = _ephemeral(rooms["join"][self.room_id])
            self.expect_read("sync", _content(events, "m.receipt"))
            self.expect_typing("sync", _content(events, "m.typing"))
        await self.expect_presence("first presence", answer, self.near)
        self.expect("device lists of a first sync", answer.body.get("device_lists"), None)

    def expect_company_in_sliding(self, answer: Answer) -> None:
        told = answer["extensions"]
        read, typing = (told[name]["rooms"].get(self.room_id) for name in ("receipts", "typing"))
        if self.is_in:
            self.expect_read("sliding", (read or NOTHING)["content"])
            self.expect_typing("sliding", (typing or NOTHING)["content"])
        else:
            self.expect("sliding tells who reads and types", (read, typing), (None, None))

    async def expect_new_company(self, answer: Answer, then: Then) -> None:
        self.expect_new_lists("sync since", answer.body.get("device_lists", {}), then)
        said = {one for one in self.near if then.statuses.get(one) != self._status(one)}
        await self.expect_presence("presence since", answer, said)
        joined = answer.body.get("rooms", {}).get("join", {}).get(self.room_id, {})
        self.expect_newly_read("sync since", _content(_ephemeral(joined), "m.receipt"), then)

    def expect_new_company_in_sliding(self, answer: Answer, then: Then) -> None:
        told = answer["extensions"]
        self.expect_new_lists("sliding since", told["e2ee"].get("device_lists", {}), then)
        read = told["receipts"]["rooms"].get(self.room_id, NOTHING)["content"]
        self.expect_newly_read("sliding since", read, then)

    # what is in them

    def expect_read(self, what: str, content: dict[str, Any]) -> None:
        self.expect(f"{what} receipts", _flat(_threads(content)), _flat(self.read))

    def expect_newly_read(self, what: str, content: dict[str, Any], then: Then) -> None:
        found, all = _flat(_threads(content)), _flat(self.read)
        self.expect(f"{what} receipts, too much", found - all if self.is_in else found, set())
        moved = self.company.newest(self.company.now) - self.company.newest(then)
        new = {(one.event_id, one.type, one.user_id, one.thread_id) for one in moved}
        if self.is_in:
            self.expect(f"{what} receipts, missing", (new & all) - found, set())

    def expect_typing(self, what: str, content: dict[str, Any]) -> None:
        surely, perhaps = self.company.typing()
        found = set(content.get("user_ids", ()))
        self.expect(f"{what} typing, missing", surely - found, set())
        self.expect(f"{what} typing, too much", found - perhaps, set())

    async def expect_presence(self, what: str, answer: Answer, wanted: set[str]) -> None:
        """What changes while it is read comes with the next answer."""
        senders = _senders(answer)
        if wanted - senders:
            after = await self.person.get("/sync", since=answer["next_batch"], timeout=0)
            senders |= _senders(after.ok())
        self.expect(f"{what}, missing", wanted - senders, set())
        self.expect(f"{what}, too much", senders - self.near - {self.me}, set())

    def expect_new_lists(self, what: str, lists: dict[str, list[str]], then: Then) -> None:
        changed, left = set(lists.get("changed", ())), set(lists.get("left", ()))
        shared = self.company.sharing(self.me, then)
        device_changes = set(self.company.doings.device_changes[then.device_changes :])
        to_look_at = self.sharing | {self.me}
        must = (self.sharing - shared) | (device_changes & to_look_at)
        self.expect(f"{what} changed, missing", must - changed, set())
        self.expect(f"{what} changed, too much", changed - to_look_at, set())
        self.expect(f"{what} left, missing", shared - self.sharing - left, set())
        ever = self.company.shared_since(self.me, then)
        self.expect(f"{what} left, too much", left - (ever - self.sharing), set())

    def _status(self, user_id: str) -> str | None:
        return self.company.doings.statuses.get(user_id)


def _ephemeral(room: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = room.get("ephemeral", {}).get("events", [])
    return found


def _content(events: Iterable[dict[str, Any]], type: str) -> dict[str, Any]:
    found: dict[str, Any] = next((one for one in events if one["type"] == type), NOTHING)["content"]
    return found


def _senders(answer: Answer) -> set[str]:
    return {one["sender"] for one in answer.body.get("presence", {}).get("events", [])}


def _threads(content: dict[str, Any]) -> dict[str, Any]:
    return {
        event_id: {
            kind: {user_id: said.get("thread_id") for user_id, said in by_user.items()}
            for kind, by_user in by_kind.items()
        }
        for event_id, by_kind in content.items()
    }


def _flat(read: dict[str, Any]) -> set[tuple[str, str, str, str | None]]:
    return {
        (event_id, kind, user_id, thread_id)
        for event_id, by_kind in read.items()
        for kind, by_user in by_kind.items()
        for user_id, thread_id in by_user.items()
    }
