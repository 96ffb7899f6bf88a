"""The operations that say what a room is like: its state, its members, its place in a space."""

from __future__ import annotations

from tests.people import Answer, segment
from tests.rooms.reading import V1, messages, of
from tests.visibility.comparing import Comparing, ids
from tests.visibility.oracle import MEMBER

MUTUAL = V1 + "/mutual_rooms"


class Rooms(Comparing):
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

    async def summary(self) -> None:
        path = f"/_matrix/client/v1/room_summary/{segment(self.room_id)}"
        answer = await self.person.get(path)
        may = self.oracle.may_look_at(self.me, self.joined_rooms)
        self.expect("summary", answer.status, 200 if may else 404)

    async def hierarchy(self) -> None:
        answer = await self.person.get(V1 + of(self.room_id, "hierarchy"))
        may = self.oracle.may_look_at(self.me, self.joined_rooms)
        self.expect("hierarchy", answer.status, 200 if may else 403)
        whole = (await self.person.get(V1 + of(self.space_id, "hierarchy"))).ok()
        shown = {room["room_id"] for room in whole["rooms"]}
        self.expect("hierarchy of the space", self.room_id in shown, may)

    async def mutual_rooms(self) -> None:
        if self.me == self.owner_id:
            return
        found: set[str] = set()
        token = None
        while True:
            query = {"user_id": self.owner_id, "from": token}
            answer = (await self.person.get(MUTUAL, **query)).ok()
            found |= set(answer["joined"])
            token = answer.body.get("next_batch")
            if token is None:
                break
        self.expect("mutual rooms", found, self.joined_rooms)

    async def aliases(self) -> None:
        answer = await self.person.get(of(self.room_id, "aliases"))
        is_in = self.oracle.membership(self.me, self.oracle.now) == "join"
        may = is_in or self.oracle.visibility(self.oracle.now) == "world_readable"
        self.expect("aliases", answer.status, 200 if may else 403)
