"""Who sees who is there, and how they are told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from teahouse.homeserver.sync import presence_section, views
from tests.people import Answer, Person
from tests.rooms.reading import together
from tests.server import Server
from tests.sliding.following import STABLE, UNSTABLE


async def say(person: Person, presence: str, **more: Any) -> None:
    body = {"presence": presence, **more}
    (await person.put(f"/presence/{person.user_id}/status", body)).ok()


def ignoring(person: Person) -> dict[str, Any]:
    return {"ignored_users": {person.user_id: {}}}


async def presence_of(reader: Person, person: Person) -> Answer:
    return await reader.get(f"/presence/{person.user_id}/status")


def told(answer: Answer) -> dict[str, Any]:
    """The content of each person's presence in a sync."""
    events = answer.body.get("presence", {}).get("events", [])
    return {event["sender"]: event["content"] for event in events}


async def test_what_a_person_says_is_seen_by_who_shares_a_room(alice: Person, bob: Person) -> None:
    await together(alice, bob)
    await say(alice, "unavailable", status_msg="Making tea")
    seen = (await presence_of(bob, alice)).ok()
    assert (seen["presence"], seen["status_msg"]) == ("unavailable", "Making tea")
    assert seen["currently_active"] is False
    assert told(await bob.sync())[alice.user_id]["status_msg"] == "Making tea"


@pytest.mark.parametrize("is_stable", [False, True])
async def test_who_follows_by_sliding_sync_is_there_as_they_say(
    alice: Person, bob: Person, is_stable: bool
) -> None:
    await together(alice, bob)

    async def follow(presence: str | None) -> Answer:
        said = {} if presence is None else {"set_presence": presence}
        return await alice.post(STABLE, said) if is_stable else await alice.post(UNSTABLE, **said)

    for presence, seen in (
        ("offline", "offline"),
        (None, "online"),
        ("unavailable", "unavailable"),
        ("online", "online"),
    ):
        (await follow(presence)).ok()
        assert await becomes(bob, alice, seen)
    (await follow("asleep")).refused(400, "M_INVALID_PARAM")


async def becomes(reader: Person, person: Person, presence: str) -> bool:
    """That a device is otherwise than before is told within half a second."""
    for _ in range(100):
        if (await presence_of(reader, person)).ok()["presence"] == presence:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_stranger_does_not_see_it(alice: Person, bob: Person) -> None:
    await alice.create_room()
    await bob.sync()
    await say(alice, "online")
    (await presence_of(bob, alice)).refused(403, "M_FORBIDDEN")
    assert told(await bob.sync()) == {}
    nobody = await bob.get("/presence/@nobody:localhost/status")
    assert nobody.status in (403, 404)


async def test_a_crowd_is_not_told_who_comes_and_goes(
    alice: Person, bob: Person, carol: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MAX_TOLD_OF_PRESENCE", 2)
    await together(alice, bob, carol)
    for person in (alice, bob, carol):
        await person.sync()
    await say(alice, "unavailable", status_msg="Making tea")
    assert alice.user_id not in told(await bob.sync())
    assert (await presence_of(bob, alice)).ok()["status_msg"] == "Making tea"
    await together(alice, bob)
    await bob.sync()
    await say(alice, "online")
    assert alice.user_id in told(await bob.sync())


async def test_where_very_many_come_and_go_one_is_told_of_those_one_knows(
    alice: Person, bob: Person, carol: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_section, "FEW", 0)
    await together(alice, bob)
    await carol.create_room()
    for person in (alice, bob, carol):
        await person.sync()
    await bob.sync()
    await say(carol, "unavailable")
    await say(alice, "unavailable", status_msg="Making tea")
    await say(bob, "unavailable")
    found = told(await bob.sync())
    assert list(found) == [bob.user_id, alice.user_id], "the newest first"
    await bob.put(f"/user/{bob.user_id}/account_data/m.ignored_user_list", ignoring(alice))
    await bob.sync()
    await say(alice, "online")
    assert told(await bob.sync()) == {}


async def test_nobody_speaks_for_another(alice: Person, bob: Person) -> None:
    path = f"/presence/{bob.user_id}/status"
    (await alice.put(path, {"presence": "online"})).refused(403, "M_FORBIDDEN")
    answer = await alice.call("PUT", path, {"presence": "online"}, token="none")
    answer.refused(401, "M_UNKNOWN_TOKEN")


@pytest.mark.parametrize(
    "body", [{}, {"presence": "busy"}, {"presence": "online", "status_msg": "x" * 2_000}]
)
async def test_what_is_no_presence_is_refused(alice: Person, body: Any) -> None:
    answer = await alice.put(f"/presence/{alice.user_id}/status", body)
    answer.refused(400, "M_BAD_JSON")


async def test_who_waits_is_told_and_only_once(alice: Person, bob: Person) -> None:
    await together(alice, bob)
    await alice.sync()
    await bob.sync()
    waiting = asyncio.create_task(bob.sync(timeout=20_000))
    await asyncio.sleep(0.1)
    await say(alice, "online", status_msg="here")
    assert told(await waiting)[alice.user_id]["status_msg"] == "here"
    assert told(await bob.sync()) == {}


async def test_a_lost_answer_is_told_again(alice: Person, bob: Person) -> None:
    await together(alice, bob)
    await bob.sync()
    since = bob.since
    await say(alice, "online")
    assert alice.user_id in told(await bob.sync())
    bob.since = since
    assert alice.user_id in told(await bob.sync())


async def test_it_comes_with_messages_and_hides_none(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await bob.sync()
    await say(alice, "online")
    event_id = await alice.say(room_id, "tea?")
    answer = await bob.sync()
    assert alice.user_id in told(answer)
    timeline = answer["rooms"]["join"][room_id]["timeline"]["events"]
    assert [event["event_id"] for event in timeline] == [event_id]


async def test_coming_is_told_at_once_and_going_at_the_next_look(
    server: Server, alice: Person, bob: Person
) -> None:
    await together(alice, bob)
    await bob.sync()
    await alice.sync(set_presence="offline")
    await server.teahouse.presences.look()
    assert alice.user_id not in told(await bob.sync())
    await alice.sync(set_presence="unavailable")
    await server.teahouse.presences.look()
    assert told(await bob.sync())[alice.user_id]["presence"] == "unavailable"
    await server.teahouse.presences.look()
    assert told(await bob.sync(set_presence="offline")) == {}


async def test_the_filter_leaves_it_out(alice: Person, bob: Person) -> None:
    await together(alice, bob)
    await say(alice, "online")
    none = json.dumps({"presence": {"not_types": ["m.presence"]}})
    assert told(await bob.sync(filter=none)) == {}
    only_bob = json.dumps({"presence": {"senders": [bob.user_id]}})
    bob.since = None
    assert alice.user_id not in told(await bob.sync(filter=only_bob))


async def test_who_comes_into_a_room_is_told_of_the_others(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await say(alice, "online")
    assert alice.user_id not in told(await bob.sync())
    (await bob.join(room_id)).ok()
    assert told(await bob.sync())[alice.user_id]["presence"] == "online"


async def test_who_comes_together_in_a_room_is_told_of_each_other(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.sync()
    (await bob.join(room_id)).ok()
    # Nothing was heard of alice yet but that she came.
    alices = told(await bob.sync())[alice.user_id]
    assert (alices["presence"], alices.keys()) == ("offline", {"presence", "last_active_ago"})
    await say(carol, "online", status_msg="Making tea")
    assert told(await bob.sync()) == {}
    (await carol.join(room_id)).ok()
    assert told(await bob.sync())[carol.user_id]["status_msg"] == "Making tea"
    await alice.say(room_id, "tea?")
    assert told(await bob.sync()) == {}
    (await carol.leave(room_id)).ok()
    assert carol.user_id not in told(await bob.sync())
