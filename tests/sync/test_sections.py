"""What a room's part of a sync holds, and when there is none."""

from __future__ import annotations

import json
from typing import Any

from tests.people import Answer, Person, segment
from tests.rooms.test_aggregations import relate

SECTIONS = {"timeline", "state", "ephemeral", "account_data", "unread_notifications"}


def joined(answer: Answer) -> dict[str, Any]:
    rooms: dict[str, Any] = answer.body.get("rooms", {}).get("join", {})
    return rooms


async def test_each_room_has_all_its_sections(alice: Person) -> None:
    room_id = await alice.create_room()
    first = joined(await alice.sync())[room_id]
    await alice.say(room_id, "tea?")
    from_memory = joined(await alice.sync())[room_id]
    typing = f"/rooms/{segment(room_id)}/typing/{segment(alice.user_id)}"
    (await alice.put(typing, {"typing": 1, "timeout": 30000})).ok()
    without_messages = joined(await alice.sync())[room_id]
    for room in (first, from_memory, without_messages):
        assert room.keys() >= SECTIONS
        assert room["timeline"].keys() == {"events", "limited", "prev_batch"}
        assert "events" in room["state"]
    assert without_messages["timeline"]["events"] == []
    assert without_messages["ephemeral"]["events"][0]["type"] == "m.typing"


async def test_what_is_filtered_out_is_no_news(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    wanted = {"room": {"timeline": {"types": []}, "state": {"types": ["im.tea"]}}}
    await alice.sync(filter=json.dumps(wanted))
    await alice.say(room_id, "tea?")
    (await alice.set_state(room_id, "m.room.topic", {"topic": "tea"})).ok()
    assert joined(await alice.sync(filter=json.dumps(wanted))) == {}
    # What others say counts as unread, which is news.
    await bob.say(room_id, "yes")
    room = joined(await alice.sync(filter=json.dumps(wanted)))[room_id]
    assert room["timeline"]["events"] == []
    assert room["unread_notifications"]["notification_count"] == 1


async def test_heroes_are_for_rooms_without_a_name(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    counts = {"m.joined_member_count": 2, "m.invited_member_count": 0}
    assert joined(await alice.sync())[room_id]["summary"] == counts | {"m.heroes": [bob.user_id]}
    (await alice.set_state(room_id, "m.room.name", {"name": "Tea"})).ok()
    assert joined(await alice.sync())[room_id]["summary"] == counts
    (await alice.set_state(room_id, "m.room.name", {})).ok()
    assert joined(await alice.sync())[room_id]["summary"] == counts | {"m.heroes": [bob.user_id]}


async def test_whoever_came_and_went_between_two_syncs_is_told_the_state(
    alice: Person, bob: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    (await alice.set_state(room_id, "im.tea", {"kind": "oolong"})).ok()
    await bob.sync()
    (await bob.join(room_id)).ok()
    (await bob.leave(room_id)).ok()
    only = {"room": {"timeline": {"types": []}, "state": {"types": ["im.tea"]}}}
    left = (await bob.sync(filter=json.dumps(only)))["rooms"]["leave"][room_id]
    assert [event["content"] for event in left["state"]["events"]] == [{"kind": "oolong"}]


async def test_the_timeline_of_a_room_that_one_comes_to_or_back_to_begins_anew(
    alice: Person, bob: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    assert joined(await alice.sync())[room_id]["timeline"]["limited"] is False
    await bob.sync()
    (await bob.join(room_id)).ok()
    assert joined(await bob.sync())[room_id]["timeline"]["limited"] is True
    await alice.say(room_id, "tea?")
    assert joined(await bob.sync())[room_id]["timeline"]["limited"] is False
    (await bob.leave(room_id)).ok()
    (await bob.join(room_id)).ok()
    # The client has some of these events and not others: it is told to start afresh.
    assert joined(await bob.sync())[room_id]["timeline"]["limited"] is True


async def test_members_come_again_for_who_asks_for_them(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    for redundant in (False, True):
        state = {"lazy_load_members": True, "include_redundant_members": redundant}
        wanted = json.dumps({"room": {"state": state}})
        alice.since = None
        await alice.sync(filter=wanted)
        await bob.say(room_id, "tea?")
        room = joined(await alice.sync(filter=wanted))[room_id]
        members = [event["state_key"] for event in room["state"]["events"]]
        assert members == [bob.user_id] * redundant


async def test_threads_that_are_read_are_not_spoken_of(alice: Person) -> None:
    room_id = await alice.create_room()
    wanted = '{"room":{"timeline":{"unread_thread_notifications":true}}}'
    assert "unread_thread_notifications" not in joined(await alice.sync(filter=wanted))[room_id]


async def test_a_message_to_a_device_that_was_acknowledged_is_gone_at_once(
    alice: Person, bob: Person
) -> None:
    messages = {"messages": {bob.user_id: {bob.device_id: {"leaf": 1}}}}
    (await alice.put("/sendToDevice/im.tea/1", messages)).ok()
    assert len((await bob.sync())["to_device"]["events"]) == 1
    bob.since = None
    assert len((await bob.sync())["to_device"]["events"]) == 1
    assert "to_device" not in (await bob.sync()).body
    bob.since = None
    assert "to_device" not in (await bob.sync()).body


async def test_a_first_sync_tells_that_one_is_here(alice: Person) -> None:
    (told,) = (await alice.sync())["presence"]["events"]
    assert (told["sender"], told["content"]["presence"]) == (alice.user_id, "online")
    assert "presence" not in (await alice.sync()).body


async def test_of_events_only_the_fields_that_are_wanted_are_told(alice: Person) -> None:
    room_id = await alice.create_room()
    event_id = await alice.say(room_id, "tea?")
    answer = await alice.sync(filter=json.dumps({"event_fields": ["content.body", "content.x.y"]}))
    *state, said = joined(answer)[room_id]["timeline"]["events"]
    assert (said["event_id"], said["content"]) == (event_id, {"body": "tea?"})
    assert said.keys() == {"event_id", "type", "sender", "origin_server_ts", "content"}
    assert all("state_key" in event and event["content"] == {} for event in state)


async def test_events_are_chosen_by_how_they_relate_to_others(alice: Person) -> None:
    room_id = await alice.create_room()
    root = await alice.say(room_id, "tea?")
    reaction = await relate(alice, room_id, root, "m.annotation", type="m.reaction", key="茶")
    for wanted, expected in (
        ({"org.matrix.msc3874.rel_types": ["m.annotation"]}, [reaction]),
        (
            {"org.matrix.msc3874.not_rel_types": ["m.annotation"], "types": ["m.room.message"]},
            [root],
        ),
    ):
        filter = json.dumps({"room": {"timeline": wanted}})
        timeline = (await alice.get("/sync", filter=filter, timeout=0)).ok()
        events = timeline["rooms"]["join"][room_id]["timeline"]["events"]
        assert [event["event_id"] for event in events][-1:] == expected
        path = f"/rooms/{segment(room_id)}/messages"
        page = (await alice.get(path, dir="b", filter=json.dumps(wanted))).ok()["chunk"]
        assert [event["event_id"] for event in page][:1] == expected
    features = (await alice.get("/_matrix/client/versions"))["unstable_features"]
    assert features["org.matrix.msc3874"] is True
