"""GET /notifications: of what a person has been told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from teahouse.homeserver.push import notified
from tests.people import Answer, Person
from tests.rooms.reading import of, texts, together
from tests.rooms.test_ignored_people import ignore

PATH = "/notifications"


async def told(person: Person, **query: Any) -> list[Any]:
    found: list[Any] = (await person.get(PATH, **query)).ok()["notifications"]
    return found


async def words(person: Person, **query: Any) -> list[str]:
    return texts([one["event"] for one in await told(person, **query)])


async def pages(person: Person, **query: Any) -> list[Answer]:
    found = [(await person.get(PATH, **query)).ok()]
    while token := found[-1].body.get("next_token"):
        found.append((await person.get(PATH, **query, **{"from": token})).ok())
    return found


def highlights(one: Any) -> bool:
    return {"set_tweak": "highlight", "value": True} in one["actions"]


async def test_the_newest_of_all_rooms_comes_first(alice: Person, bob: Person) -> None:
    first, second = await together(alice, bob), await together(alice, bob)
    for room_id, text in ((first, "one"), (second, "two"), (first, "three")):
        event_id = await alice.say(room_id, text)
        await bob.say(room_id, "my own")
    newest, *_ = found = await told(bob)
    assert texts([one["event"] for one in found]) == ["three", "two", "one"]
    assert (newest["room_id"], newest["event"]["event_id"]) == (first, event_id)
    assert newest["actions"][0] == "notify"
    assert newest["ts"] == newest["event"]["origin_server_ts"]
    assert newest["read"] is False


async def test_what_a_receipt_covers_is_over_unless_it_was_loud(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    loud = {"m.mentions": {"user_ids": [bob.user_id]}}
    root = (await alice.send(room_id, {"body": "one", **loud})).ok()["event_id"]
    relates_to = {"rel_type": "m.thread", "event_id": root}
    in_thread = await alice.send(room_id, {"body": "two", "m.relates_to": relates_to})
    await alice.say(room_id, "three")
    receipt = of(room_id, "receipt", "m.read.private", root)
    (await bob.post(receipt, {"thread_id": "main"})).ok()
    assert await words(bob) == ["three", "two", "one"]
    assert [one["read"] for one in await told(bob)] == [False, False, True]
    receipt = of(room_id, "receipt", "m.read", in_thread.ok()["event_id"])
    (await bob.post(receipt, {"thread_id": root})).ok()
    assert await words(bob) == ["three", "one"]
    assert await words(bob, only="highlight") == ["one"]
    newest = await alice.say(room_id, "four")
    (await bob.post(of(room_id, "receipt", "m.read", newest))).ok()
    assert await words(bob) == ["one"]


async def test_what_is_loud_can_be_asked_for_alone(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await alice.say(room_id, "quiet")
    mention = {"body": "loud", "m.mentions": {"user_ids": [bob.user_id]}}
    await alice.send(room_id, mention)
    assert await words(bob, only="highlight") == ["loud"]
    assert [highlights(one) for one in await told(bob)] == [True, False]


async def test_an_invitation_is_told_but_nothing_else_from_outside(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await alice.say(room_id, "before")
    await alice.invite(room_id, bob)
    await alice.say(room_id, "meanwhile")
    (invitation,) = await told(bob)
    assert invitation["event"]["content"]["membership"] == "invite"
    assert invitation["event"]["unsigned"]["membership"] == "invite"
    await bob.join(room_id)
    await alice.say(room_id, "after")
    assert texts([one["event"] for one in await told(bob)]) == ["after"]
    assert len(await told(bob)) == 2
    assert await told(carol) == []
    await bob.leave(room_id)
    assert await words(bob) == []


async def test_what_the_rules_keep_silent_and_ignored_people_are_left_out(
    alice: Person, bob: Person, carol: Person
) -> None:
    muted, room_id = await together(alice, bob), await together(alice, bob, carol)
    await bob.put(f"/pushrules/global/room/{muted}", {"actions": []})
    await alice.say(muted, "muted")
    await alice.say(room_id, "heard")
    await carol.say(room_id, "ignored")
    await alice.send(room_id, {"msgtype": "m.notice", "body": "notice"})
    await ignore(bob, carol)
    assert await words(bob) == ["heard"]


async def test_many_come_in_pages_however_small_the_steps(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = [await together(alice, bob) for _ in range(3)]
    await asyncio.gather(*(alice.say(rooms[n % 3], str(n)) for n in range(24)))
    everything = await told(bob, limit=100)
    assert len(everything) == 24
    for window, candidates, limit in ((2_000, 200, 5), (7, 200, 100), (2_000, 2, 100), (3, 2, 1)):
        monkeypatch.setattr(notified, "WINDOW", window)
        monkeypatch.setattr(notified, "CANDIDATES", candidates)
        found = [one for page in await pages(bob, limit=limit) for one in page["notifications"]]
        assert [one["event"]["event_id"] for one in found] == [
            one["event"]["event_id"] for one in everything
        ]


async def test_what_is_asked_wrongly_is_refused(alice: Person) -> None:
    for query in ({"from": "yesterday"}, {"limit": "0"}, {"limit": "many"}):
        (await alice.get(PATH, **query)).refused(400, "M_INVALID_PARAM")
    assert (await alice.get(PATH)).ok().body == {"notifications": []}
