"""The operations that read what was said."""

from __future__ import annotations

import json

from tests.people import Answer, segment
from tests.rooms.reading import V1, event, messages, of
from tests.visibility.comparing import Comparing, ids
from tests.visibility.oracle import Event
from tests.visibility.walk import WORD


class History(Comparing):
    async def each_event(self) -> None:
        seen = set(ids(self.visible))
        for one in self.oracle.events:
            answer = await event(self.person, self.room_id, one["event_id"])
            wanted = 200 if one["event_id"] in seen else 404
            self.expect(f"event {one['type']} {one['event_id']}", answer.status, wanted)
            if answer.status == 200:
                self.expect("event content", answer["content"], one["content"])
                self.expect_no_text_leaks("event", answer)

    async def each_event_alone(self) -> None:
        """By its id and not its room: every fifth."""
        seen = set(ids(self.visible))
        for one in self.oracle.events[::5]:
            answer = await self.person.get(f"/events/{segment(one['event_id'])}")
            wanted = 200 if one["event_id"] in seen else 404
            self.expect("event without its room", answer.status, wanted)

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
        """Around every fourth event."""
        until = set(ids(self.oracle.events[: self.end or 0]))
        for one in self.oracle.events[::4]:
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
            if one["event_id"] in until:
                self.expect_events("before", answer["events_before"], earlier[::-1])
                self.expect_events("after", answer["events_after"], later)
            self.expect_no_more("before", answer["events_before"], self.visible)
            self.expect_no_more("after", answer["events_after"], self.visible)
            last = [*answer["events_before"][:1], answer["event"], *answer["events_after"]][-1]
            moment = ids(self.oracle.events).index(last["event_id"]) + 1
            state = self.oracle.state(moment).values()
            self.expect_set("state around", answer["state"], state)

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
        for one in self.oracle.events[::8]:
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
