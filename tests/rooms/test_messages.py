"""GET /rooms/{roomId}/messages: pages of history, both ways, to their ends and no further."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.people import Person
from tests.rooms.reading import NO_ROOM, messages, of, texts, together, with_visibility

SAID = {"types": ["m.room.message"]}


def only(**wanted: Any) -> dict[str, str]:
    return {"filter": json.dumps(wanted)}


async def say_all(person: Person, room_id: str, count: int) -> list[str]:
    return [await person.say(room_id, str(number)) for number in range(1, count + 1)]


async def walk(person: Person, room_id: str, dir: str, limit: int, **query: Any) -> list[str]:
    """Event ids from one end to the other, a page at a time."""
    seen: list[str] = []
    token = query.pop("start", None)
    for _ in range(100):
        answer = await messages(person, room_id, dir, limit=limit, **{"from": token}, **query)
        assert len(answer.ok()["chunk"]) <= limit
        if token is not None:
            assert answer["start"] == token
        seen += [e["event_id"] for e in answer["chunk"]]
        token = answer.body.get("end")
        if token is None:
            return seen
    raise AssertionError("the history never ends")


@pytest.mark.parametrize("limit", [1, 3, 4, 100])
async def test_pages_have_every_event_once_whatever_their_size(alice: Person, limit: int) -> None:
    room_id = await together(alice)
    await say_all(alice, room_id, 5)
    backward = await walk(alice, room_id, "b", limit)
    forward = await walk(alice, room_id, "f", limit)
    assert forward == list(reversed(backward))
    assert len(set(forward)) == len(forward) >= 11


async def test_a_page_ends_without_a_token_when_nothing_is_left(alice: Person) -> None:
    room_id = await together(alice)
    for dir in ("b", "f"):
        whole = (await messages(alice, room_id, dir, limit=100)).ok()
        beyond = (await messages(alice, room_id, dir, **{"from": whole["end"]})).ok()
        assert (beyond["chunk"], "end" in beyond.body) == ([], False)


async def test_what_a_filter_let_through_ends_with_a_token(alice: Person) -> None:
    room_id = await together(alice)
    said = await alice.say(room_id, "tea")
    for dir in ("b", "f"):
        page = (await messages(alice, room_id, dir, **only(**SAID))).ok()
        assert [e["event_id"] for e in page["chunk"]] == [said]
        beyond = await messages(alice, room_id, dir, **{"from": page["end"]}, **only(**SAID))
        assert (beyond.ok()["chunk"], "end" in beyond.body) == ([], False)


async def test_who_may_not_see_a_room_is_not_told_how_to_ask(alice: Person, bob: Person) -> None:
    room_id = await together(alice)
    (await alice.get(of(room_id, "messages"))).refused(400, "M_MISSING_PARAM")
    (await bob.get(of(room_id, "messages"))).refused(403, "M_FORBIDDEN")


async def test_a_token_leads_back_the_way_one_came(alice: Person) -> None:
    room_id = await together(alice)
    ids = await say_all(alice, room_id, 4)
    back = (await messages(alice, room_id, limit=2)).ok()
    assert [e["event_id"] for e in back["chunk"]] == [ids[3], ids[2]]
    forth = (await messages(alice, room_id, "f", **{"from": back["end"]})).ok()
    assert [e["event_id"] for e in forth["chunk"]] == [ids[2], ids[3]]


async def test_a_page_stops_at_the_token_it_is_told_to(alice: Person) -> None:
    room_id = await together(alice)
    ids = await say_all(alice, room_id, 4)
    stop = (await messages(alice, room_id, limit=3)).ok()["end"]
    page = (await messages(alice, room_id, to=stop)).ok()
    assert [e["event_id"] for e in page["chunk"]] == [ids[3], ids[2], ids[1]]
    assert page["end"] == stop
    crossed = (await messages(alice, room_id, "f", to="t0", **{"from": stop})).ok()
    assert crossed["chunk"] == []


async def test_tokens_of_sync_are_places_in_the_history(alice: Person, bob: Person) -> None:
    room_id = await together(alice)
    await say_all(alice, room_id, 12)
    (await bob.join(room_id)).ok()
    section = (await bob.sync())["rooms"]["join"][room_id]["timeline"]
    assert section["limited"]
    before = (await messages(bob, room_id, **{"from": section["prev_batch"]}, limit=1)).ok()
    first_shown = section["events"][0]["event_id"]
    order = await walk(bob, room_id, "f", 100)
    assert order.index(before["chunk"][0]["event_id"]) + 1 == order.index(first_shown)
    late = await alice.say(room_id, "late")
    after = (await messages(bob, room_id, "f", **{"from": bob.since})).ok()
    assert [e["event_id"] for e in after["chunk"]] == [late]


async def test_a_filter_lets_only_some_events_through(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    mine = await say_all(alice, room_id, 3)
    his = await bob.say(room_id, "his")
    await alice.send(room_id, {"url": "mxc://x/y", "body": "file"}, type="m.sticker")

    async def found(**wanted: Any) -> list[str]:
        return texts((await messages(alice, room_id, "f", **only(**wanted)))["chunk"])

    assert await found(**SAID) == ["1", "2", "3", "his"]
    assert await found(senders=[bob.user_id], **SAID) == ["his"]
    assert await found(not_senders=[bob.user_id], **SAID) == ["1", "2", "3"]
    assert await found(contains_url=True) == ["file"]
    assert await found(not_types=["m.room.*"]) == ["file"]
    assert await found(types=[]) == []
    assert await found(rooms=[NO_ROOM]) == []
    walked = await walk(alice, room_id, "b", 2, **only(**SAID))
    assert walked == [his, *reversed(mine)]


async def test_members_who_speak_come_along_when_lazily_loaded(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await say_all(alice, room_id, 2)
    page = (await messages(alice, room_id, limit=2, **only(lazy_load_members=True))).ok()
    assert [e["state_key"] for e in page["state"]] == [alice.user_id]
    assert page["state"][0]["content"]["membership"] == "join"
    assert "state" not in (await messages(alice, room_id, limit=2)).ok().body


async def test_who_spoke_and_left_comes_along_as_they_were(alice: Person, bob: Person) -> None:
    (await bob.put(f"/profile/{bob.user_id}/displayname", {"displayname": "Bob"})).ok()
    room_id = await together(alice, bob)
    await bob.say(room_id, "hello")
    await bob.leave(room_id)
    wanted = only(lazy_load_members=True, **SAID)
    page = (await messages(alice, room_id, **wanted)).ok()
    assert [e["content"] for e in page["state"]] == [{"membership": "join", "displayname": "Bob"}]


@pytest.mark.parametrize(
    "query",
    [
        {"dir": "x"},
        {"dir": "b", "from": "nonsense"},
        {"dir": "b", "to": "t1; drop"},
        {"dir": "b", "limit": "many"},
        {"dir": "b", "limit": "-1"},
        {"dir": "b", "filter": "{"},
        {"dir": "b", "filter": "[]"},
        {"dir": "b", "filter": '{"types": "m.room.message"}'},
        {"dir": "b", "filter": '{"limit": -1}'},
        {"dir": "b", "filter": '{"x": ' + "[" * 5000 + "]" * 5000 + "}"},
        {"dir": "b", "from": "t" + "9" * 30},
    ],
)
async def test_a_malformed_question_is_refused(alice: Person, query: dict[str, str]) -> None:
    room_id = await together(alice)
    (await alice.get(of(room_id, "messages"), **query)).refused(400, "M_INVALID_PARAM")


async def test_a_question_without_direction_is_refused(alice: Person) -> None:
    room_id = await together(alice)
    (await alice.get(of(room_id, "messages"))).refused(400, "M_MISSING_PARAM")


async def test_a_stranger_can_not_tell_a_room_from_none(alice: Person, carol: Person) -> None:
    room_id = await together(alice)
    theirs = (await messages(carol, room_id)).refused(403, "M_FORBIDDEN")
    missing = (await messages(carol, NO_ROOM)).refused(403, "M_FORBIDDEN")
    assert theirs.body == missing.body
    carol.access_token = ""
    (await messages(carol, room_id)).refused(401, "M_MISSING_TOKEN")


async def test_a_token_beyond_the_end_is_the_end(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await alice.say(room_id, "last")
    await bob.leave(room_id)
    await alice.say(room_id, "later")
    for far in ("s999999999999", "t999999999999"):
        assert texts((await messages(alice, room_id, **{"from": far}))["chunk"])[0] == "later"
        assert texts((await messages(bob, room_id, **{"from": far}))["chunk"])[0] == "last"


async def test_what_lies_hidden_in_between_costs_no_empty_pages(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob, **with_visibility("joined"))
    await alice.say(room_id, "first")
    await bob.leave(room_id)
    await say_all(alice, room_id, 8)
    await bob.join(room_id)
    await alice.say(room_id, "last")
    pages = (await messages(bob, room_id, limit=4, **only(**SAID))).ok()
    assert texts(pages["chunk"]) == ["last", "first"]
    rest = await messages(bob, room_id, **{"from": pages["end"]}, **only(**SAID))
    assert (rest.ok()["chunk"], "end" in rest.body) == ([], False)
