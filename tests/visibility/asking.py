"""Asks a server by every operation that reads rooms, and compares it with what the oracle says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.people import Answer, Person, segment
from tests.rooms.reading import V1, event, messages, of
from tests.sliding.following import Following, everything
from tests.visibility.oracle import MEMBER, Event, Oracle
from tests.visibility.walk import WORD


@dataclass
class Asking:
    """`wrong` says where the server and the oracle do not agree."""

    person: Person
    oracle: Oracle
    joined_rooms: set[str]
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.me = self.person.user_id
        self.room_id = self.oracle.room_id
        self.visible = self.oracle.visible(self.me)
        self.readable = self.oracle.readable(self.me)
        self.end = self.oracle.end(self.me)

    async def everything(self) -> list[str]:
        for part in (
            self.each_event,
            self.history_forward,
            self.history_backward,
            self.history_filtered,
            self.context,
            self.state,
            self.members,
            self.joined_members,
            self.relations,
            self.threads,
            self.search,
            self.by_timestamp,
            self.summary,
            self.hierarchy,
            self.aliases,
            self.sync,
            self.sync_limited,
            self.sliding,
            self.notifications,
        ):
            await part()
        return self.wrong

    # comparing

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
        more = [event_id for event_id in ids(found) if event_id not in set(ids(wanted))]
        self.expect(f"{what}: what may not be seen", more, [])

    def expect_no_text_leaks(self, what: str, answer: Answer) -> None:
        """No text that they may not see stands anywhere in the answer."""
        seen = {one["content"].get("body") for one in self.visible}
        shown = json.dumps(answer.body)
        for one in self.oracle.events:
            body = one["content"].get("body")
            if body and body not in seen and f'"{body}"' in shown:
                self.wrong.append(f"{self.me} {what}: shows {body!r}")

    # operations

    async def each_event(self) -> None:
        seen = set(ids(self.visible))
        for one in self.oracle.events:
            answer = await event(self.person, self.room_id, one["event_id"])
            wanted = 200 if one["event_id"] in seen else 404
            self.expect(f"event {one['type']} {one['event_id']}", answer.status, wanted)
            if answer.status == 200:
                self.expect("event content", answer["content"], one["content"])
                self.expect_no_text_leaks("event", answer)

    async def history_forward(self) -> None:
        await self._history("f", self.readable)

    async def history_backward(self) -> None:
        await self._history("b", self.readable[::-1])

    async def _history(self, direction: str, wanted: list[Event]) -> None:
        found: list[Event] = []
        token = None
        while True:
            answer = await messages(
                self.person, self.room_id, direction, limit=7, **{"from": token}
            )
            if self.end is None:
                self.expect("messages", answer.status, 403)
                return
            self.expect_no_text_leaks("messages", answer)
            found += answer.ok()["chunk"]
            token = answer.body.get("end")
            if token is None:
                break
        self.expect_events(f"messages {direction}", found, wanted)

    async def history_filtered(self) -> None:
        if self.end is None:
            return
        filter = json.dumps({"types": ["m.room.message"], "lazy_load_members": True})
        answer = (await messages(self.person, self.room_id, "b", limit=100, filter=filter)).ok()
        said = [one for one in self.readable if one["type"] == "m.room.message"]
        self.expect_events("messages filtered", answer["chunk"], said[::-1])
        speakers = {one["sender"] for one in answer["chunk"]}
        spoke = {one["state_key"] for one in answer.body.get("state", [])}
        self.expect("members of messages", spoke, speakers)

    async def context(self) -> None:
        """Around every third event."""
        until = set(ids(self.oracle.events[: self.end or 0]))
        for one in self.oracle.events[::3]:
            path = of(self.room_id, "context", one["event_id"])
            answer = await self.person.get(path, limit=6)
            is_seen = one["event_id"] in ids(self.visible) and self.end is not None
            self.expect("context", answer.status == 200, is_seen)
            if answer.status != 200:
                continue
            self.expect_no_text_leaks("context", answer)
            place = self.oracle.events.index(one)
            earlier = [e for e in self.readable if self.oracle.events.index(e) < place][-3:]
            later = [e for e in self.readable if self.oracle.events.index(e) > place][:3]
            self.expect_events("before", answer["events_before"], earlier[::-1])
            if one["event_id"] in until:
                self.expect_events("after", answer["events_after"], later)
            last = [*answer["events_before"][:1], answer["event"], *answer["events_after"]][-1]
            moment = ids(self.oracle.events).index(last["event_id"]) + 1
            state = self.oracle.state(moment).values()
            self.expect_set("state around", answer["state"], state)

    async def state(self) -> None:
        wanted = self.oracle.shown_state(self.me)
        answer = await self.person.get(of(self.room_id, "state"))
        if wanted is None:
            self.expect("state", answer.status, 403)
        else:
            self.expect_set("state", answer.body, wanted.values())
        for key in (("m.room.history_visibility", ""), (MEMBER, self.me), ("x.none", "")):
            one = await self.person.get(of(self.room_id, "state", *key))
            if wanted is None:
                self.expect(f"state {key}", one.status, 403)
            elif key in wanted:
                self.expect(f"state {key}", one.body, wanted[key]["content"])
            else:
                self.expect(f"state {key}", one.status, 404)

    async def members(self) -> None:
        wanted = self.oracle.shown_state(self.me)
        answer = await self.person.get(of(self.room_id, "members"))
        if wanted is None:
            self.expect("members", answer.status, 403)
            return
        members = [one for (kind, _), one in wanted.items() if kind == MEMBER]
        self.expect_set("members", answer.ok()["chunk"], members)
        page = (await messages(self.person, self.room_id, "b", limit=4)).ok()
        if "end" in page.body:
            at = await self.person.get(of(self.room_id, "members"), at=page["end"])
            if at.status == 200:
                self.expect_members_of_then(page, at)

    def expect_members_of_then(self, page: Answer, at: Answer) -> None:
        """The members before the oldest event of the page, or at the last that is seen."""
        upto = ids(self.oracle.events).index(page["chunk"][-1]["event_id"])
        then = [one for (kind, _), one in self.oracle.state(upto).items() if kind == MEMBER]
        self.expect_set("members at", at["chunk"], then)

    async def joined_members(self) -> None:
        answer = await self.person.get(of(self.room_id, "joined_members"))
        if self.oracle.membership(self.me, self.oracle.now) != "join":
            self.expect("joined_members", answer.status, 403)
        else:
            self.expect("joined_members", set(answer["joined"]), self.oracle.joined())

    async def relations(self) -> None:
        for one in self.oracle.events:
            if one["type"] != "m.room.message":
                continue
            path = V1 + of(self.room_id, "relations", one["event_id"])
            answer = await self.person.get(path, dir="f", limit=100)
            if one["event_id"] not in ids(self.visible):
                self.expect("relations", answer.status, 404)
                continue
            wanted = self.oracle.related(self.me, one["event_id"])
            self.expect_events("relations", answer.ok()["chunk"], wanted)
            self.expect_no_text_leaks("relations", answer)

    async def threads(self) -> None:
        answer = await self.person.get(V1 + of(self.room_id, "threads"), limit=100)
        if self.end is None:
            self.expect("threads", answer.status, 403)
            return
        wanted = list(self.oracle.threads(self.me))
        self.expect_set("threads", answer.ok()["chunk"], wanted)
        self.expect_no_text_leaks("threads", answer)

    async def search(self) -> None:
        asked = {
            "search_term": WORD,
            "filter": {"rooms": [self.room_id], "limit": 100},
            "event_context": {"before_limit": 2, "after_limit": 2, "include_profile": True},
            "order_by": "recent",
        }
        body = {"search_categories": {"room_events": asked}}
        answer = (await self.person.post("/search", body)).ok()
        found = [one["result"] for one in answer["search_categories"]["room_events"]["results"]]
        self.expect_no_text_leaks("search", answer)
        membership = self.oracle.membership(self.me, self.oracle.now)
        is_searched = membership == "join" or (
            membership in ("leave", "ban") and self.me not in self.oracle.forgotten
        )
        said = [one for one in self.visible if WORD in str(one["content"].get("body"))]
        wanted = [one for one in said if not self.oracle.is_unwanted(self.me, one)]
        if membership == "join":
            self.expect_events("search", found, wanted[::-1])
        else:
            self.expect_no_more("search", found, wanted if is_searched else [])

    async def by_timestamp(self) -> None:
        path = V1 + of(self.room_id, "timestamp_to_event")
        for one in self.oracle.events[::5]:
            ts = one["origin_server_ts"]
            for direction in ("f", "b"):
                answer = await self.person.get(path, ts=ts, dir=direction)
                self.expect_near(answer, ts, direction)

    def expect_near(self, answer: Answer, ts: int, direction: str) -> None:
        if self.end is None:
            self.expect("timestamp", answer.status, 403)
            return
        until = set(ids(self.oracle.events[: self.end]))
        seen = [one for one in self.visible if one["event_id"] in until]
        if direction == "f":
            near = [e["origin_server_ts"] for e in seen if e["origin_server_ts"] >= ts][:1]
        else:
            near = [e["origin_server_ts"] for e in seen if e["origin_server_ts"] <= ts][-1:]
        found = [answer["origin_server_ts"]] if answer.status == 200 else []
        self.expect(f"timestamp {direction}", found, near)
        if answer.status == 200:
            self.expect("timestamp", answer["event_id"] in ids(seen), True)

    async def summary(self) -> None:
        path = f"/_matrix/client/v1/room_summary/{segment(self.room_id)}"
        answer = await self.person.get(path)
        may = self.oracle.may_look_at(self.me, self.joined_rooms)
        self.expect("summary", answer.status, 200 if may else 404)

    async def hierarchy(self) -> None:
        answer = await self.person.get(V1 + of(self.room_id, "hierarchy"))
        may = self.oracle.may_look_at(self.me, self.joined_rooms)
        self.expect("hierarchy", answer.status, 200 if may else 403)

    async def aliases(self) -> None:
        answer = await self.person.get(of(self.room_id, "aliases"))
        is_in = self.oracle.membership(self.me, self.oracle.now) == "join"
        may = is_in or self.oracle.visibility(self.oracle.now) == "world_readable"
        self.expect("aliases", answer.status, 200 if may else 403)

    # syncs

    async def sync(self) -> None:
        filter = json.dumps({"room": {"include_leave": True, "timeline": {"limit": 100}}})
        await self._sync(filter, is_whole=True)

    async def sync_limited(self) -> None:
        room = {"timeline": {"limit": 3}, "state": {"lazy_load_members": True}}
        await self._sync(json.dumps({"room": room}), is_whole=False)

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
            self.expect_no_more("sync left", left["timeline"]["events"], self.visible)

    def expect_room_of_sync(self, room: dict[str, Any], *, is_whole: bool) -> None:
        timeline = room["timeline"]["events"]
        self.expect_events("sync timeline", timeline, self.readable[-len(timeline) :])
        state = {(one["type"], one["state_key"]): one for one in room["state"]["events"]}
        state |= {(e["type"], e["state_key"]): e for e in timeline if "state_key" in e}
        wanted = self.oracle.state(self.oracle.now)
        if not is_whole:
            state = {key: one for key, one in state.items() if key[0] != MEMBER}
            wanted = {key: one for key, one in wanted.items() if key[0] != MEMBER}
        self.expect_set("sync state", state.values(), wanted.values())

    async def sliding(self) -> None:
        answer = await Following(self.person, everything(20)).next()
        self.expect_no_text_leaks("sliding", answer)
        room = answer["rooms"].get(self.room_id)
        membership = self.oracle.membership(self.me, self.oracle.now)
        if membership in ("join", "invite"):
            self.expect("sliding has the room", room is not None, True)
        if room is None or membership != "join":
            return
        timeline = room.get("timeline_events") or room.get("timeline") or []
        self.expect_events("sliding timeline", timeline, self.readable[-len(timeline) :])
        state = self.oracle.state(self.oracle.now).values()
        self.expect_no_more("sliding state", room["required_state"], state)

    async def notifications(self) -> None:
        answer = await self.person.get("/notifications", limit=100)
        if answer.status == 404:
            return
        found = [one["event"] for one in answer["notifications"] if one["room_id"] == self.room_id]
        self.expect_no_more("notifications", found, self.readable)
        self.expect_no_text_leaks("notifications", answer)


def ids(events: Iterable[Event]) -> list[str]:
    return [event["event_id"] for event in events]
