"""What a person said is hidden from those who come after they had it erased."""

from __future__ import annotations

from typing import Any

from teahouse.check import problems
from tests.administration.operators import V1, an_operator
from tests.people import PASSWORD, Answer, Person, segment
from tests.search.searching import find
from tests.server import Server


async def deactivate(person: Person, *, erase: bool) -> Answer:
    auth = {"type": "m.login.password", "user": person.user_id, "password": PASSWORD}
    return await person.post("/account/deactivate", {"auth": auth, "erase": erase})


async def one(person: Person, room_id: str, event_id: str) -> dict[str, Any]:
    path = f"/rooms/{segment(room_id)}/event/{segment(event_id)}"
    found: dict[str, Any] = (await person.get(path)).ok().body
    return found


async def messages(person: Person, room_id: str) -> dict[str, dict[str, Any]]:
    path = f"/rooms/{segment(room_id)}/messages"
    chunk = (await person.get(path, dir="b", limit=100)).ok()["chunk"]
    return {event["event_id"]: event["content"] for event in chunk}


async def test_who_was_there_sees_it_and_who_comes_later_does_not(
    server: Server, alice: Person, bob: Person, carol: Person
) -> None:
    await alice.put(f"/profile/{segment(alice.user_id)}/displayname", {"displayname": "Alice 茶"})
    room_id = await bob.create_room(preset="public_chat")
    await alice.join(room_id)
    first = await alice.say(room_id, "my secret oolong")
    edit = {
        "body": "* oolong",
        "m.new_content": {"body": "edited oolong"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": first},
    }
    (await alice.send(room_id, edit)).ok()
    bobs = await bob.say(room_id, "bobs oolong")
    thread = {"rel_type": "m.thread", "event_id": bobs}
    (await alice.send(room_id, {"body": "threaded oolong", "m.relates_to": thread})).ok()
    upload = await alice.call("POST", "/_matrix/media/v3/upload", b"tea")
    media = upload.ok()["content_uri"].removeprefix("mxc://")
    (await deactivate(alice, erase=True)).ok()

    assert (await one(bob, room_id, first))["content"]["body"] == "my secret oolong"
    assert len(await find(bob, "oolong")) == 4
    (await bob.get(f"/_matrix/client/v1/media/download/{media}")).refused(404, "M_NOT_FOUND")

    (await carol.join(room_id)).ok()
    shown = await one(carol, room_id, first)
    assert shown["content"] == {}
    assert "oolong" not in str(shown)
    contents = await messages(carol, room_id)
    assert contents[first] == {}
    assert contents[bobs]["body"] == "bobs oolong"
    assert "Alice" not in str(contents)
    assert await find(carol, "oolong") == [bobs]
    synced = await carol.sync()
    told = str(synced["rooms"]["join"][room_id])
    assert "bobs oolong" in told
    assert "secret oolong" not in told
    assert "threaded oolong" not in told
    assert "Alice" not in told
    context = f"/rooms/{segment(room_id)}/context/{segment(first)}"
    assert "secret" not in str((await carol.get(context)).ok().body)
    path = f"/_matrix/client/v1/rooms/{segment(room_id)}/relations/{segment(bobs)}"
    assert "threaded" not in str((await carol.get(path)).ok().body)
    assert await server.teahouse.database.read(lambda tx: list(problems(tx))) == []


async def test_the_rooms_own_state_is_not_erased(alice: Person, bob: Person, carol: Person) -> None:
    room_id = await alice.create_room(preset="public_chat", name="Oolong")
    await alice.set_state(room_id, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    await bob.join(room_id)
    (await deactivate(alice, erase=True)).ok()
    (await carol.join(room_id)).ok()
    path = f"/rooms/{segment(room_id)}/state/"
    assert (await carol.get(path + "m.room.name")).ok().body == {"name": "Oolong"}
    assert (await carol.get(path + "m.room.encryption")).ok()["algorithm"]


async def test_without_erase_all_is_shown_as_before(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await bob.create_room(preset="public_chat")
    await alice.join(room_id)
    event_id = await alice.say(room_id, "oolong")
    (await deactivate(alice, erase=False)).ok()
    (await carol.join(room_id)).ok()
    assert (await one(carol, room_id, event_id))["content"]["body"] == "oolong"


async def test_the_operator_erases_and_what_was_interrupted_is_finished(
    server: Server, alice: Person, bob: Person, carol: Person
) -> None:
    olga = await an_operator(server, alice.http)
    room_id = await bob.create_room(preset="public_chat")
    await alice.join(room_id)
    event_id = await alice.say(room_id, "oolong")
    server.teahouse.accounts.credentials.after_erased.clear()
    path = f"{V1}/users/{segment(alice.user_id)}/deactivate"
    (await olga.post(path, {"erase": True})).ok()
    (await carol.join(room_id)).ok()
    assert (await one(carol, room_id, event_id))["content"] != {}
    await server.teahouse.retention.finish_begun()
    assert (await one(carol, room_id, event_id))["content"] == {}
    assert (await one(bob, room_id, event_id))["content"]["body"] == "oolong"
