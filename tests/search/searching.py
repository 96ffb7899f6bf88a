"""Ways to search."""

from __future__ import annotations

from typing import Any

from tests.people import Person


async def search(
    person: Person, term: str, *, next_batch: str | None = None, **criteria: Any
) -> dict[str, Any]:
    """The answer's part about events."""
    body = {"search_categories": {"room_events": {"search_term": term, **criteria}}}
    answer = await person.post("/search", body, next_batch=next_batch)
    found: dict[str, Any] = answer.ok()["search_categories"]["room_events"]
    return found


def events(found: dict[str, Any]) -> list[str]:
    return [result["result"]["event_id"] for result in found["results"]]


def said(found: dict[str, Any]) -> list[str]:
    return [result["result"]["content"].get("body", "") for result in found["results"]]


async def find(person: Person, term: str, **criteria: Any) -> list[str]:
    """Ids of the events, the newest first."""
    return events(await search(person, term, **{"order_by": "recent", **criteria}))
