"""Finding people: anybody by their exact ID, by name whom one may meet."""

from __future__ import annotations

from typing import Any

from tests.people import PASSWORD, Person, segment


async def search(person: Person, term: Any, **more: Any) -> list[Any]:
    body = {"search_term": term, **more}
    answer = await person.post("/user_directory/search", body)
    assert answer.ok()["limited"] is False
    results: list[Any] = answer["results"]
    return results


async def test_an_exact_id_finds_its_user(alice: Person, bob: Person) -> None:
    mine = f"/profile/{segment(bob.user_id)}"
    assert await search(alice, "bob") == [{"user_id": "@bob:localhost"}]
    (await bob.put(f"{mine}/displayname", {"displayname": "Bob 茶"})).ok()
    (await bob.put(f"{mine}/avatar_url", {"avatar_url": "mxc://localhost/b"})).ok()
    found = {
        "user_id": "@bob:localhost",
        "display_name": "Bob 茶",
        "avatar_url": "mxc://localhost/b",
    }
    for term in ("bob", "BOB", " bob ", "@bob:localhost", "@Bob:localhost"):
        assert await search(alice, term) == [found]


async def test_by_name_one_finds_whom_one_shares_a_room_with(
    alice: Person, bob: Person, carol: Person
) -> None:
    mine = f"/profile/{segment(bob.user_id)}/displayname"
    (await bob.put(mine, {"displayname": "Robert Été"})).ok()
    found = {"user_id": "@bob:localhost", "display_name": "Robert Été"}
    terms = ("robert", "BERT É", "été", "@bo", "bo")
    for term in (*terms, "Robert X", "%", "_", "*"):
        assert await search(alice, term) == []
    room_id = await bob.create_room(invite=[alice.user_id])
    assert await search(alice, "robert") == []
    (await alice.join(room_id)).ok()
    for term in terms:
        assert await search(alice, term) == [found]
        assert await search(bob, term) == []
        assert await search(carol, term) == []
    for term in ("", " ", "Robert X", "%", "_", "*"):
        assert await search(alice, term) == []
    (await alice.leave(room_id)).ok()
    assert await search(alice, "robert") == []


async def test_who_is_in_a_room_open_to_everybody_is_found_by_everybody(
    alice: Person, bob: Person
) -> None:
    room_id = await bob.create_room()
    openings = (
        ("m.room.join_rules", {"join_rule": "public"}, {"join_rule": "invite"}),
        (
            "m.room.history_visibility",
            {"history_visibility": "world_readable"},
            {"history_visibility": "shared"},
        ),
    )
    for type, opened, closed in openings:
        (await bob.set_state(room_id, type, opened)).ok()
        for person in (alice, bob):
            assert await search(person, "bo") == [{"user_id": bob.user_id}]
        (await bob.set_state(room_id, type, closed)).ok()
        assert await search(alice, "bo") == []
        assert await search(bob, "bo") == []


async def test_who_left_is_not_found(alice: Person, bob: Person) -> None:
    auth = {"type": "m.login.password", "password": PASSWORD}
    (await bob.post("/account/deactivate", {"auth": auth})).ok()
    assert await search(alice, "bob") == []


async def test_a_nul_is_in_no_name(alice: Person, bob: Person) -> None:
    await bob.join(await alice.create_room(preset="public_chat"))
    name = f"/profile/{segment(bob.user_id)}/displayname"
    (await bob.put(name, {"displayname": "Ro\0bert"})).ok()
    assert [one["user_id"] for one in await search(alice, "robert")] == [bob.user_id]
    for term in ("\0", "ro\0bert"):
        assert await search(alice, term) == []


async def test_the_limit_holds(alice: Person, bob: Person) -> None:
    answer = await alice.post("/user_directory/search", {"search_term": "bob", "limit": 0})
    assert answer.ok().body == {"results": [], "limited": True}


async def test_wrong_questions_are_refused(alice: Person) -> None:
    where = "/user_directory/search"
    (await alice.post(where, {})).refused(400, "M_MISSING_PARAM")
    (await alice.post(where, {"search_term": 5})).refused(400, "M_BAD_JSON")
    (await alice.post(where, {"search_term": "x" * 60_000})).refused(400, "M_BAD_JSON")
    (await alice.post(where, {"search_term": "x", "limit": "5"})).refused(400, "M_BAD_JSON")
    (await alice.post(where, {"search_term": "x", "limit": -1})).refused(400, "M_BAD_JSON")
    (await alice.post(where, b"{")).refused(400, "M_NOT_JSON")
    (await Person(alice.http).post(where, {"search_term": "x"})).refused(401, "M_MISSING_TOKEN")
