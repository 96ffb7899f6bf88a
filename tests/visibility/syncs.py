"""The operations that bring what is new."""

from __future__ import annotations

import json
from typing import Any

from tests.rooms.reading import of
from tests.sliding.following import Following, everything
from tests.visibility.company import Then
from tests.visibility.comparing import ids
from tests.visibility.meeting import EXTENSIONS, Meeting
from tests.visibility.oracle import MEMBER, Event, State

WHOLE = {"room": {"include_leave": True, "timeline": {"limit": 100}}}
SHORT = {"room": {"timeline": {"limit": 3}, "state": {"lazy_load_members": True}}}


class Syncs(Meeting):
    async def sync(self) -> None:
        await self._sync(json.dumps(WHOLE), is_whole=True)

    async def sync_limited(self) -> None:
        await self._sync(json.dumps(SHORT), is_whole=False)

    async def _sync(self, filter: str, *, is_whole: bool) -> None:
        answer = (await self.person.get("/sync", filter=filter, timeout=0)).ok()
        self.expect_no_text_leaks("sync", answer)
        rooms = answer.body.get("rooms", {})
        membership = self.oracle.membership(self.me, self.oracle.now)
        for section, has in (("join", "join"), ("invite", "invite"), ("knock", "knock")):
            there = self.room_id in rooms.get(section, {})
            self.expect(f"sync {section}", there, membership == has)
        joined = rooms.get("join", {}).get(self.room_id)
        if joined is not None:
            self.expect_room_of_sync(joined, is_whole=is_whole)
        left = rooms.get("leave", {}).get(self.room_id)
        if left is not None:
            self.expect("sync left", membership in ("leave", "ban"), True)
            self.expect_no_more("sync left", left["timeline"]["events"], self._told())
        await self.expect_company(answer)

    def expect_room_of_sync(self, room: dict[str, Any], *, is_whole: bool) -> None:
        timeline = room["timeline"]["events"]
        self.expect_events("sync timeline", timeline, self._told()[-len(timeline) :])
        state = state_of(room)
        wanted = self.oracle.state(self.oracle.now)
        if not is_whole:
            state = {key: one for key, one in state.items() if key[0] != MEMBER}
            wanted = {key: one for key, one in wanted.items() if key[0] != MEMBER}
        self.expect_set("sync state", state.values(), wanted.values())

    def _told(self) -> list[Event]:
        """What they may read, the state that it leads to, and that they are not in any more."""
        seen, state = self.readable, self.oracle.shown_state(self.me) or {}
        if self.me in self.oracle.forgotten:
            # They are still told that they went: of the room until then, what everybody may see.
            went = self.oracle.went(self.me)
            seen = [one for one in self.oracle.events[:went] if one in self.visible]
            state = self.oracle.state(went)
        own = self.oracle.state(self.oracle.now).get((MEMBER, self.me))
        told = set(ids([*seen, *state.values(), *([own] if own else [])]))
        return [one for one in self.oracle.events if one["event_id"] in told]

    async def sliding(self) -> None:
        answer = await Following(self.person, everything(20) | {"extensions": EXTENSIONS}).next()
        self.expect_no_text_leaks("sliding", answer)
        self.expect_company_in_sliding(answer)
        room = answer["rooms"].get(self.room_id)
        membership = self.oracle.membership(self.me, self.oracle.now)
        if membership in ("join", "invite"):
            self.expect("sliding has the room", room is not None, True)
        if room is None or membership != "join":
            return
        timeline = room.get("timeline") or []
        self.expect_events("sliding timeline", timeline, self._told()[-len(timeline) :])
        state = self.oracle.state(self.oracle.now).values()
        self.expect_no_more("sliding state", room["required_state"], state)

    async def notifications(self) -> None:
        answer = (await self.person.get("/notifications", limit=100)).ok()
        found = [one["event"] for one in answer["notifications"] if one["room_id"] == self.room_id]
        invited = [one for one in self.oracle.events if self._invites_me(one)]
        self.expect_no_more("notifications", found, [*self.readable, *invited])
        self.expect_no_text_leaks("notifications", answer)

    def _invites_me(self, event: Event) -> bool:
        is_mine = (event["type"], event.get("state_key")) == (MEMBER, self.me)
        return is_mine and event["content"]["membership"] == "invite"

    async def sync_since(self, since: str, then: Then) -> None:
        """From a token that was given at that moment."""
        count = then.counts[0]
        filter = json.dumps({"room": {"timeline": {"limit": 100}}})
        answer = (await self.person.get("/sync", since=since, filter=filter, timeout=0)).ok()
        self.expect_no_text_leaks("sync since", answer)
        rooms = answer.body.get("rooms", {})
        memberships = [
            self.oracle.membership(self.me, at) for at in range(count, self.oracle.now + 1)
        ]
        joined = rooms.get("join", {}).get(self.room_id, NOTHING)
        stayed = set(memberships) == {"join"}
        if stayed:
            news = self.oracle.events[count:]
            wanted = [one for one in news if not self.oracle.is_unwanted(self.me, one)]
            self.expect_events("sync since", joined["timeline"]["events"], wanted)
        if memberships[-1] == "join":
            self.expect_no_more("sync since", joined["timeline"]["events"], self._told())
            known = self.oracle.state(count) if memberships[0] == "join" else {}
            found = {**known, **state_of(joined)}
            state = self.oracle.state(self.oracle.now)
            self.expect_set("state since", found.values(), state.values())
        left = rooms.get("leave", {}).get(self.room_id, NOTHING)
        self.expect_no_more("left since", left["timeline"]["events"], self._told())
        await self.expect_new_company(answer, then)
        await self.key_changes(since, answer["next_batch"], then)
        await self._peek(since, count)

    async def sliding_since(self, following: Following, then: Then) -> None:
        """By who began to follow at that moment."""
        count = then.counts[0]
        answer = await following.next()
        self.expect_new_company_in_sliding(answer, then)
        self.expect_no_text_leaks("sliding since", answer)
        room = {"required_state": []} | answer["rooms"].get(self.room_id, {})
        timeline = room.get("timeline") or []
        memberships = [
            self.oracle.membership(self.me, at) for at in range(count, self.oracle.now + 1)
        ]
        if set(memberships) == {"join"}:
            news = self.oracle.events[count:]
            wanted = [one for one in news if not self.oracle.is_unwanted(self.me, one)]
            self.expect_events("sliding since", timeline, wanted)
        self.expect_no_more("sliding since", [*timeline, *room["required_state"]], self._told())
        if memberships[-1] == "join":
            known = {} if room.get("initial") else self.oracle.state(count)
            shown = {"state": {"events": room["required_state"]}, "timeline": {"events": timeline}}
            found = {**known, **state_of(shown)}
            state = self.oracle.state(self.oracle.now)
            self.expect_set("state of sliding since", found.values(), state.values())

    async def _peek(self, since: str, count: int) -> None:
        query = {"from": since, "room_id": self.room_id}
        answer = await self.person.get("/events", timeout=0, **query)
        self.expect("peek", answer.status, 403 if self.end is None else 200)
        if self.end is not None:
            news = set(ids(self.oracle.events[count:]))
            wanted = [one for one in self.readable if one["event_id"] in news]
            self.expect_no_text_leaks("peek", answer)
            found = [one for one in answer["chunk"] if "event_id" in one]
            self.expect_events("peek", found, wanted)

    async def first_syncs(self) -> None:
        """The way of long ago: of everything, and of one room."""
        whole = (await self.person.get("/initialSync", limit=30)).ok()
        self.expect_no_text_leaks("initialSync", whole)
        answer = await self.person.get(of(self.room_id, "initialSync"), limit=30)
        self.expect("initialSync of the room", answer.status, 403 if self.end is None else 200)
        state = self.oracle.shown_state(self.me)
        if state is not None:
            chunk = answer["messages"]["chunk"]
            self.expect_events("initialSync", chunk, self.readable[-len(chunk) :])
            self.expect_set("state of initialSync", answer["state"], state.values())


NOTHING: dict[str, Any] = {"timeline": {"events": []}, "state": {"events": []}}


def state_of(room: dict[str, Any]) -> State:
    """What a client knows after an answer's state, then its timeline."""
    events: list[Event] = [*room["state"]["events"], *room["timeline"]["events"]]
    return {(one["type"], one["state_key"]): one for one in events if "state_key" in one}
