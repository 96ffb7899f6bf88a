"""Which rooms two people share."""

from __future__ import annotations

import asyncio

import pytest

from teahouse.homeserver.rooms.members import mutual
from tests.people import Person
from tests.rooms.reading import V1, together

PATH = f"{V1}/mutual_rooms"
UNSTABLE = "/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms"


async def test_rooms_that_both_are_in_now_are_shared(
    alice: Person, bob: Person, carol: Person
) -> None:
    shared = await together(alice, bob)
    await together(alice, carol)
    left = await together(alice, bob)
    await bob.leave(left)
    await alice.create_room(invite=[bob.user_id])
    for path in (PATH, UNSTABLE):
        found = (await alice.get(path, user_id=bob.user_id)).ok()
        assert found.body == {"joined": [shared], "count": 1}
    assert (await bob.get(PATH, user_id=alice.user_id)).ok()["joined"] == [shared]
    assert (await bob.get(PATH, user_id=carol.user_id)).ok().body == {"joined": [], "count": 0}
    assert (await bob.get(PATH, user_id="@nobody:elsewhere")).ok()["joined"] == []


async def test_many_come_in_pages(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutual, "PAGE", 2)
    rooms = set(await asyncio.gather(*(together(alice, bob) for _ in range(5))))
    token, pages = None, []
    while True:
        page = (await alice.get(PATH, user_id=bob.user_id, **{"from": token})).ok()
        assert page["count"] == 5
        pages.append(page["joined"])
        token = page.body.get("next_batch")
        if token is None:
            break
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {room_id for page in pages for room_id in page} == rooms


async def test_what_is_asked_wrongly_is_refused(alice: Person, bob: Person) -> None:
    (await alice.get(PATH)).refused(400, "M_MISSING_PARAM")
    for user_id in (alice.user_id, "bob", "@bob", "!bob:localhost", "@b\u00f6b:localhost:x"):
        (await alice.get(PATH, user_id=user_id)).refused(400, "M_INVALID_PARAM")
    for token in ("", "x", "IWE", "%%%", "YWJj"):
        answer = await alice.get(PATH, user_id=bob.user_id, **{"from": token})
        answer.refused(400, "M_INVALID_PARAM")
