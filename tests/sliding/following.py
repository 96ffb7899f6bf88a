"""A client that follows by sliding sync, in either shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.people import Answer, Person

UNSTABLE = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"
STABLE = "/_matrix/client/v4/sync"


@dataclass
class Following:
    person: Person
    asks: dict[str, Any]
    is_stable: bool = False
    pos: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, *, timeout: int = 0, **changes: Any) -> Answer:
        """Once, from where the last answer that arrived ended."""
        body = self.asks | changes
        if self.is_stable:
            body |= {"timeout": timeout} | ({"pos": self.pos} if self.pos else {})
            return await self.person.post(STABLE, body)
        return await self.person.post(UNSTABLE, body, pos=self.pos, timeout=timeout)

    async def next(self, *, timeout: int = 0, **changes: Any) -> Answer:
        answer = (await self.ask(timeout=timeout, **changes)).ok()
        self.pos = answer["pos"]
        return answer


def everything(limit: int = 10, **more: Any) -> dict[str, Any]:
    """All rooms with all their state."""
    listed = {"timeline_limit": limit, "required_state": [["*", "*"]], "ranges": [[0, 99]]}
    return {"lists": {"all": listed | more}}


def bodies(room: dict[str, Any]) -> list[str]:
    timeline = room.get("timeline") or []
    return [event["content"]["body"] for event in timeline if "body" in event["content"]]


def state_types(room: dict[str, Any]) -> set[str]:
    return {event["type"] for event in room["required_state"]}
