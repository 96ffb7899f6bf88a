"""A connection: what comes first, what comes after, and what a retry gets."""

from __future__ import annotations

import asyncio

from tests.people import Person
from tests.server import Server
from tests.sliding.following import UNSTABLE, Following, bodies, everything, state_types


async def test_versions_say_that_it_is_there(alice: Person) -> None:
    features = (await alice.get("/_matrix/client/versions"))["unstable_features"]
    assert features["org.matrix.simplified_msc3575"] is True


async def test_the_first_answer_has_the_room_and_the_next_only_what_is_new(alice: Person) -> None:
    room_id = await alice.create_room(name="Tea")
    await alice.say(room_id, "first")
    following = Following(alice, everything(limit=1))
    first = await following.next()
    room = first["rooms"][room_id]
    assert first["lists"]["all"]["count"] == 1
    assert (room["initial"], room["limited"], room["name"]) == (True, True, "Tea")
    assert bodies(room) == ["first"]
    assert {"m.room.create", "m.room.member", "m.room.name"} <= state_types(room)
    assert (room["joined_count"], room["invited_count"]) == (1, 0)
    assert (await following.next())["rooms"] == {}
    await alice.say(room_id, "second")
    room = (await following.next())["rooms"][room_id]
    assert "initial" not in room
    assert "limited" not in room
    assert bodies(room) == ["second"]
    assert (room["num_live"], room["required_state"]) == (1, [])


async def test_who_waits_is_told_at_once(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    following = Following(bob, everything())
    await following.next()
    waiting = asyncio.create_task(following.next(timeout=30_000))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await alice.say(room_id, "hello")
    async with asyncio.timeout(10):
        assert bodies((await waiting)["rooms"][room_id]) == ["hello"]


async def test_without_news_the_answer_comes_when_the_time_is_up(alice: Person) -> None:
    await alice.create_room()
    following = Following(alice, everything())
    await following.next()
    before = following.pos
    answer = await following.next(timeout=50)
    assert answer["rooms"] == {}
    assert following.pos == before


async def test_an_answer_that_was_lost_is_given_again(alice: Person) -> None:
    room_id = await alice.create_room()
    following = Following(alice, everything())
    await following.next()
    other = await alice.create_room()
    await alice.say(room_id, "hello")
    for _ in range(2):
        rooms = (await following.ask())["rooms"]
        assert bodies(rooms[room_id]) == ["hello"]
        assert rooms[other]["initial"] is True
    assert (await following.next())["rooms"].keys() == {room_id, other}
    assert (await following.next())["rooms"] == {}


async def test_a_pos_that_is_not_known_is_refused(alice: Person, bob: Person) -> None:
    await alice.create_room()
    following = Following(alice, everything())
    await following.next()
    first = following.pos
    for _ in range(2):
        await alice.create_room()
        await following.next()
    for unknown in (first, "nonsense", "s1_1", "s999999999_1"):
        (await alice.post(UNSTABLE, everything(), pos=unknown)).refused(400, "M_UNKNOWN_POS")
    (await bob.post(UNSTABLE, everything(), pos=following.pos)).refused(400, "M_UNKNOWN_POS")


async def test_connections_of_different_names_do_not_disturb_each_other(alice: Person) -> None:
    room_id = await alice.create_room()
    one = Following(alice, everything() | {"conn_id": "one"})
    two = Following(alice, everything() | {"conn_id": "two"})
    for following in (one, two):
        assert (await following.next())["rooms"][room_id]["initial"] is True
    await alice.say(room_id, "hello")
    for following in (one, two):
        assert bodies((await following.next())["rooms"][room_id]) == ["hello"]


async def test_a_newer_request_ends_the_one_that_waits(alice: Person) -> None:
    await alice.create_room()
    following = Following(alice, everything())
    await following.next()
    waiting = asyncio.create_task(following.ask(timeout=30_000))
    await asyncio.sleep(0.1)
    await following.next()
    async with asyncio.timeout(10):
        assert (await waiting).ok()["rooms"] == {}


async def test_who_has_no_token_or_sends_nonsense_is_refused(alice: Person) -> None:
    (await alice.call("POST", UNSTABLE, {}, token="")).refused(401, "M_MISSING_TOKEN")
    (await alice.post(UNSTABLE, b"nonsense")).refused(400, "M_NOT_JSON")
    (await alice.post(UNSTABLE, {"lists": []})).refused(400, "M_BAD_JSON")
    backwards = everything(ranges=[[5, 2]])
    (await alice.post(UNSTABLE, backwards)).refused(400, "M_INVALID_PARAM")
    (await alice.post(UNSTABLE, {}, set_presence="happy")).refused(400, "M_INVALID_PARAM")
    (await alice.post(UNSTABLE, {}, set_presence="offline")).ok()


async def test_of_a_request_without_news_its_size_is_not_kept(
    alice: Person, server: Server
) -> None:
    wish = {"timeline_limit": 1, "required_state": []}
    body = {"conn_id": "large", "room_subscriptions": {f"!{n}": wish for n in range(50)}}
    first = (await alice.post(UNSTABLE, body)).ok()
    for _ in range(2):
        again = (await alice.post(UNSTABLE, body, pos=first["pos"])).ok()
        assert "rooms" not in again.body or not again["rooms"]
    ((digest, _),) = server.teahouse.sliding._idle._answers.values()
    assert isinstance(digest, int)
