"""Filters for sync."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.homeserver.accountdata import filters
from teahouse.kit.errors import Refused
from teahouse.protocol.filters import SyncFilter
from tests.people import Person, segment
from tests.server import Server


def path(person: Person, filter_id: str | None = None) -> str:
    mine = f"/user/{segment(person.user_id)}/filter"
    return mine if filter_id is None else f"{mine}/{segment(filter_id)}"


async def define(person: Person, definition: Any) -> str:
    filter_id = (await person.post(path(person), definition)).ok()["filter_id"]
    assert isinstance(filter_id, str)
    return filter_id


LAZY = {"room": {"timeline": {"limit": 5}, "state": {"lazy_load_members": True}}, "x.own": 1.5}


async def test_a_filter_comes_back_as_it_was_sent(alice: Person) -> None:
    first = await define(alice, LAZY)
    assert (await alice.get(path(alice, first))).ok().body == LAZY
    assert await define(alice, LAZY) == first
    second = await define(alice, {})
    assert second != first
    assert (await alice.get(path(alice, second))).ok().body == {}


async def test_a_filter_belongs_to_its_user(alice: Person, bob: Person) -> None:
    filter_id = await define(alice, LAZY)
    (await bob.get(path(alice, filter_id))).refused(403, "M_FORBIDDEN")
    (await bob.post(path(alice), {})).refused(403, "M_FORBIDDEN")
    (await bob.get(path(bob, filter_id))).refused(404, "M_NOT_FOUND")
    nobody = Person(alice.http)
    (await nobody.get(path(alice, filter_id))).refused(401, "M_MISSING_TOKEN")
    (await nobody.post(path(alice), {})).refused(401, "M_MISSING_TOKEN")


async def test_wrong_filters_are_refused(alice: Person) -> None:
    wrong: list[Any] = [
        [],
        {"room": []},
        {"room": {"timeline": {"limit": "5"}}},
        {"room": {"timeline": {"limit": -1}}},
        {"room": {"state": {"types": "m.room.name"}}},
        {"room": {"rooms": ["@bob:localhost"]}},
        {"presence": {"senders": [1]}},
        {"event_fields": {}},
        {"event_format": "paper"},
    ]
    for definition in wrong:
        (await alice.post(path(alice), definition)).refused(400, "M_BAD_JSON")
    (await alice.post(path(alice), b"{")).refused(400, "M_NOT_JSON")
    (await alice.post(path(alice), {"x": "x" * 70_000})).refused(413, "M_TOO_LARGE")
    for filter_id in ("1", "x", "-1", "9" * 30, "{}", "１"):
        (await alice.get(path(alice, filter_id))).refused(404, "M_NOT_FOUND")


async def test_sync_gets_a_filter_by_its_id_or_inline(alice: Person, server: Server) -> None:
    stored = server.teahouse.filters
    filter_id = await define(alice, LAZY)
    for param in (filter_id, '{"room":{"timeline":{"limit":5}}}'):
        for _ in range(2):
            assert (await stored.get(alice.user_id, param)).room.timeline.limit == 5
    assert await stored.get(alice.user_id, None) == SyncFilter()


async def test_sync_is_refused_with_a_wrong_filter(
    alice: Person, bob: Person, server: Server
) -> None:
    filter_id = await define(alice, LAZY)
    refusals = {
        filter_id: "M_INVALID_PARAM",
        "x": "M_INVALID_PARAM",
        "{": "M_BAD_JSON",
        '{"room":[]}': "M_BAD_JSON",
        '{"a":"' + "x" * 70_000 + '"}': "M_TOO_LARGE",
    }
    for param, errcode in refusals.items():
        with pytest.raises(Refused) as refused:
            await server.teahouse.filters.get(bob.user_id, param)
        assert refused.value.errcode == errcode


async def test_the_oldest_of_too_many_filters_makes_room(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MAX_FILTERS", 3)
    ids = [await define(alice, {"n": number}) for number in range(5)]
    statuses = [(await alice.get(path(alice, filter_id))).status for filter_id in ids]
    assert statuses == [404, 404, 200, 200, 200]


async def test_what_is_kept_in_memory_is_bounded(
    alice: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MAX_KEPT_BYTES", 2_000)
    stored = server.teahouse.filters
    for number in range(50):
        await stored.get(alice.user_id, f'{{"n":{number}}}')
    assert len(stored._parsed) == 3
