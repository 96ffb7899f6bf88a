"""The directory of published rooms: what it shows, to whom, and in which pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Answer, Person, segment
from tests.rooms.reading import with_visibility
from tests.server import Server
from tests.statements import counted


async def ask(person: Person, **body: Any) -> Answer:
    return await person.post("/publicRooms", body)


async def rooms(person: Person, **body: Any) -> list[str]:
    return [room["room_id"] for room in (await ask(person, **body)).ok()["chunk"]]


async def publish(person: Person, **options: Any) -> str:
    return await person.create_room(visibility="public", **options)


async def test_a_published_room_is_listed_for_everyone(alice: Person, carol: Person) -> None:
    room_id = await publish(alice, name="Tea", topic="All about leaves", room_alias_name="tea")
    carol.access_token = ""
    listed = (await carol.get("/publicRooms")).ok().body
    assert listed == {
        "chunk": [
            {
                "room_id": room_id,
                "name": "Tea",
                "topic": "All about leaves",
                "canonical_alias": "#tea:localhost",
                "join_rule": "public",
                "num_joined_members": 1,
                "world_readable": False,
                "guest_can_join": False,
            }
        ],
        "total_room_count_estimate": 1,
    }


async def test_a_room_that_is_not_published_is_not_listed(alice: Person, bob: Person) -> None:
    await alice.create_room(preset="public_chat", name="Quiet")
    assert await rooms(alice) == await rooms(bob) == []


async def test_a_room_that_is_taken_off_is_listed_no_more(alice: Person, bob: Person) -> None:
    room_id = await publish(alice)
    assert await rooms(bob) == [room_id]
    path = f"/directory/list/room/{segment(room_id)}"
    (await alice.put(path, {"visibility": "private"})).ok()
    assert await rooms(bob) == []


async def test_a_room_that_everyone_has_left_is_not_listed(alice: Person, bob: Person) -> None:
    room_id = await publish(alice)
    (await alice.leave(room_id)).ok()
    assert await rooms(bob) == []


async def test_what_guests_and_passers_by_may_do_is_what_the_state_says(alice: Person) -> None:
    state = with_visibility("world_readable")["initial_state"]
    state.append({"type": "m.room.guest_access", "content": {"guest_access": "can_join"}})
    await publish(alice, initial_state=state)
    (shown,) = (await ask(alice)).ok()["chunk"]
    assert (shown["world_readable"], shown["guest_can_join"]) == (True, True)


async def test_the_largest_comes_first(alice: Person, bob: Person) -> None:
    small, large = await publish(alice), await publish(alice)
    (await bob.join(large)).ok()
    assert await rooms(alice) == [large, small]
    (await bob.leave(large)).ok()
    (await bob.join(small)).ok()
    shown = (await ask(alice)).ok()["chunk"]
    assert [(room["room_id"], room["num_joined_members"]) for room in shown] == [
        (small, 2),
        (large, 1),
    ]


@pytest.mark.parametrize("term", ["oolong", "OOLONG", "loved", "#black"])
async def test_rooms_are_found_by_name_topic_and_alias(alice: Person, term: str) -> None:
    named = await publish(alice, name="The Oolong room")
    topical = await publish(alice, topic="Beloved teas")
    aliased = await publish(alice, room_alias_name="black")
    wanted = {"oolong": named, "OOLONG": named, "loved": topical, "#black": aliased}[term]
    assert await rooms(alice, filter={"generic_search_term": term}) == [wanted]
    assert await rooms(alice, filter={"generic_search_term": "coffee"}) == []


async def test_rooms_are_found_by_their_type(alice: Person) -> None:
    space = await publish(alice, creation_content={"type": "m.space"})
    plain = await publish(alice)
    assert await rooms(alice, filter={"room_types": ["m.space"]}) == [space]
    assert await rooms(alice, filter={"room_types": [None]}) == [plain]
    assert set(await rooms(alice, filter={"room_types": [None, "m.space"]})) == {space, plain}
    assert await rooms(alice, filter={"room_types": []}) == []


async def test_pages_follow_each_other_both_ways(alice: Person) -> None:
    published = {await publish(alice) for _ in range(5)}
    first = (await ask(alice, limit=2)).ok()
    assert "prev_batch" not in first.body
    second = (await ask(alice, limit=2, since=first["next_batch"])).ok()
    third = (await ask(alice, limit=2, since=second["next_batch"])).ok()
    assert "next_batch" not in third.body
    pages = [[room["room_id"] for room in page["chunk"]] for page in (first, second, third)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {room for page in pages for room in page} == published
    back = (await ask(alice, limit=2, since=third["prev_batch"])).ok()
    assert back["chunk"] == second["chunk"]
    by_get = (await alice.get("/publicRooms", limit=2, since=first["next_batch"])).ok()
    assert by_get["chunk"] == second["chunk"]
    assert first["total_room_count_estimate"] == 5


async def test_no_room_is_of_another_network(alice: Person) -> None:
    room_id = await publish(alice)
    assert await rooms(alice, third_party_instance_id="irc") == []
    assert await rooms(alice, include_all_networks=True) == [room_id]
    both = await ask(alice, third_party_instance_id="irc", include_all_networks=True)
    both.refused(400, "M_INVALID_PARAM")


async def test_only_this_server_is_asked(alice: Person) -> None:
    await publish(alice)
    assert len((await alice.get("/publicRooms", server="localhost")).ok()["chunk"]) == 1
    (await alice.get("/publicRooms", server="elsewhere.example")).refused(404, "M_NOT_FOUND")
    (await alice.get("/publicRooms", server="no server")).refused(400, "M_INVALID_PARAM")
    elsewhere = await alice.post("/publicRooms", {}, server="elsewhere.example")
    elsewhere.refused(404, "M_NOT_FOUND")


@pytest.mark.parametrize(
    "body", [{"limit": "2"}, {"filter": []}, {"filter": {"room_types": [1]}}, {"since": 1}]
)
async def test_a_malformed_wish_is_refused(alice: Person, body: Any) -> None:
    (await alice.post("/publicRooms", body)).refused(400, "M_BAD_JSON")


async def test_what_is_out_of_bounds_is_refused(alice: Person) -> None:
    (await ask(alice, limit=-1)).refused(400, "M_INVALID_PARAM")
    (await ask(alice, since="nothing")).refused(400, "M_INVALID_PARAM")
    (await alice.get("/publicRooms", limit="two")).refused(400, "M_INVALID_PARAM")


async def test_a_search_takes_a_token(alice: Person) -> None:
    token, alice.access_token = alice.access_token, ""
    (await ask(alice)).refused(401, "M_MISSING_TOKEN")
    alice.access_token = "wrong"
    (await ask(alice)).refused(401, "M_UNKNOWN_TOKEN")
    (await alice.get("/publicRooms")).refused(401, "M_UNKNOWN_TOKEN")
    alice.access_token = token
    (await ask(alice)).ok()


async def test_members_are_counted_once_and_again_when_they_change(
    server: Server, alice: Person, bob: Person
) -> None:
    first, second = await publish(alice), await publish(alice)

    async def look() -> tuple[dict[str, int], int]:
        """Sizes, and how often members were counted for them."""
        with counted(server.teahouse.database.engine) as statements:
            chunk = (await ask(bob)).ok()["chunk"]
        counts = [one for one in statements if "count(" in one.lower()]
        return {room["room_id"]: room["num_joined_members"] for room in chunk}, len(counts)

    assert await look() == ({first: 1, second: 1}, 1)
    assert await look() == ({first: 1, second: 1}, 0)
    (await bob.join(first)).ok()
    assert await look() == ({first: 2, second: 1}, 1)
    (await alice.leave(second)).ok()
    assert await look() == ({first: 2}, 1)
    assert await look() == ({first: 2}, 0)
    await alice.say(first, "tea?")
    assert await look() == ({first: 2}, 0)


async def test_a_count_that_was_read_before_somebody_came_is_not_kept(
    server: Server, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id, sizes = await publish(alice), server.teahouse.room_sizes
    reading = sizes.begin()
    before = await server.teahouse.database.read(reading.sizes, [room_id])
    (await bob.join(room_id)).ok()
    sizes.end(reading)
    assert before == {room_id: 1}
    assert (await ask(bob)).ok()["chunk"][0]["num_joined_members"] == 2
    # Nor is it when so much has moved since that nobody remembers where.
    monkeypatch.setattr("teahouse.homeserver.rooms.outside.sizes.MAX_ROOMS", 1)
    reading = sizes.begin()
    await server.teahouse.database.read(reading.sizes, [room_id])
    (await bob.leave(room_id)).ok()
    await publish(alice)
    sizes.end(reading)
    assert (await ask(bob)).ok()["chunk"][-1]["num_joined_members"] == 1
