"""Unread counts as people see them in sync."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.homeserver.push import marks
from tests.people import Person, segment
from tests.receipts.test_receipts import read, reply, room_of
from tests.rooms.test_aggregations import redact

BY_THREAD = '{"room":{"timeline":{"unread_thread_notifications":true}}}'


async def unread(who: Person, room_id: str) -> tuple[int, int]:
    """(notifications, highlights), as a first sync says."""
    who.since = None
    room = (await who.sync())["rooms"]["join"][room_id]
    counts = room["unread_notifications"]
    return counts["notification_count"], counts["highlight_count"]


async def unread_by_thread(who: Person, room_id: str) -> tuple[dict[str, int], dict[str, Any]]:
    who.since = None
    room = (await who.sync(filter=BY_THREAD))["rooms"]["join"][room_id]
    return room["unread_notifications"], room.get("unread_thread_notifications", {})


async def send(
    who: Person, room_id: str, more: dict[str, Any], type: str = "m.room.message"
) -> str:
    content = {"msgtype": "m.text", "body": "hello", **more}
    event_id: str = (await who.send(room_id, content, type=type)).ok()["event_id"]
    return event_id


async def test_messages_of_others_are_unread_until_a_receipt(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    first = await alice.say(room_id, "one")
    second = await alice.say(room_id, "two")
    assert await unread(bob, room_id) == (2, 0)
    (await read(bob, room_id, first)).ok()
    assert await unread(bob, room_id) == (1, 0)
    (await read(bob, room_id, second, "m.read.private")).ok()
    assert await unread(bob, room_id) == (0, 0)
    assert await unread(alice, room_id) == (0, 0)


async def test_an_update_of_the_count_comes_with_the_message(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    await bob.sync()
    for expected in (1, 2):
        await alice.say(room_id, "hello")
        room = (await bob.sync(timeout=5000))["rooms"]["join"][room_id]
        assert room["unread_notifications"]["notification_count"] == expected


async def test_another_device_hears_that_a_room_was_read(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    event_id = await alice.say(room_id, "hello")
    phone = await bob.another_device()
    await phone.sync()
    (await read(bob, room_id, event_id)).ok()
    room = (await phone.sync(timeout=5000))["rooms"]["join"][room_id]
    assert room["unread_notifications"] == {"notification_count": 0, "highlight_count": 0}


async def test_who_speaks_has_read(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    await alice.say(room_id, "hello")
    assert await unread(bob, room_id) == (1, 0)
    await bob.say(room_id, "hello yourself")
    assert await unread(bob, room_id) == (0, 0)


async def test_a_change_of_name_reads_nothing(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    await alice.say(room_id, "hello")
    path = f"/profile/{segment(bob.user_id)}/displayname"
    (await bob.put(path, {"displayname": "Robert"})).ok()
    assert await unread(bob, room_id) == (1, 0)


async def test_what_was_said_before_one_joined_is_not_unread(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice)
    await alice.say(room_id, "before")
    (await bob.join(room_id)).ok()
    assert await unread(bob, room_id) == (0, 0)
    await alice.say(room_id, "after")
    assert await unread(bob, room_id) == (1, 0)


async def test_notices_edits_reactions_and_state_do_not_count(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    event_id = await alice.say(room_id, "hello")
    await send(alice, room_id, {"msgtype": "m.notice"})
    edit = {"rel_type": "m.replace", "event_id": event_id}
    await send(alice, room_id, {"m.relates_to": edit})
    reaction = {"rel_type": "m.annotation", "event_id": event_id, "key": "x"}
    await send(alice, room_id, {"m.relates_to": reaction}, "m.reaction")
    (await alice.set_state(room_id, "m.room.topic", {"topic": "tea"})).ok()
    assert await unread(bob, room_id) == (1, 0)
    await send(alice, room_id, {}, "m.room.encrypted")
    assert await unread(bob, room_id) == (2, 0)


async def test_a_mention_highlights_for_the_one_who_is_mentioned(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await room_of(alice, bob, carol)
    mentions = {"user_ids": [bob.user_id, "@nobody:localhost", 3]}
    event_id = await send(alice, room_id, {"m.mentions": mentions})
    assert await unread(bob, room_id) == (1, 1)
    assert await unread(carol, room_id) == (1, 0)
    (await read(bob, room_id, event_id)).ok()
    assert await unread(bob, room_id) == (0, 0)


@pytest.mark.parametrize("mentions", [{"user_ids": ["@bob:localhost"]}, {"room": True}, {}])
async def test_what_is_redacted_is_not_unread(
    alice: Person, bob: Person, carol: Person, mentions: dict[str, Any]
) -> None:
    room_id = await room_of(alice, bob, carol)
    event_id = await send(alice, room_id, {"m.mentions": mentions})
    await send(alice, room_id, {"m.mentions": {"user_ids": [bob.user_id]}})
    highlights = 2 if mentions else 1
    assert await unread(bob, room_id) == (2, highlights)
    assert len((await bob.get("/notifications")).ok()["notifications"]) == 2
    for txn_id in ("once", "twice"):
        path = f"/rooms/{segment(room_id)}/redact/{segment(event_id)}/{txn_id}"
        (await alice.put(path)).ok()
        counts = (await bob.sync())["rooms"]["join"][room_id]["unread_notifications"]
        assert counts == {"notification_count": 1, "highlight_count": 1}
        assert await unread(bob, room_id) == (1, 1)
    assert await unread(carol, room_id) == (1, 0)
    (told,) = (await bob.get("/notifications")).ok()["notifications"]
    assert told["event"]["event_id"] != event_id


async def test_what_is_redacted_behind_very_many_marks_counts_until_it_is_read(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "MAX_LOWERED", 2)
    room_id = await room_of(alice, bob)
    loud = {"m.mentions": {"user_ids": [bob.user_id]}}
    first, second, third = [await send(alice, room_id, loud) for _ in range(3)]
    await redact(alice, room_id, first)
    assert await unread(bob, room_id) == (3, 3)
    await redact(alice, room_id, third)
    assert await unread(bob, room_id) == (2, 2)
    (await read(bob, room_id, second)).ok()
    assert await unread(bob, room_id) == (0, 0)


async def test_what_is_redacted_in_a_thread_is_not_unread(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    root = await bob.say(room_id, "root")
    slip = await reply(alice, room_id, root)
    await reply(alice, room_id, root)
    assert await unread_by_thread(bob, room_id) == (
        {"notification_count": 0, "highlight_count": 0},
        {root: {"notification_count": 2, "highlight_count": 0}},
    )
    await redact(alice, room_id, slip)
    assert (await unread_by_thread(bob, room_id))[1][root]["notification_count"] == 1


async def test_a_mention_in_a_notice_is_still_quiet(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    mentions = {"user_ids": [bob.user_id]}
    await send(alice, room_id, {"msgtype": "m.notice", "m.mentions": mentions})
    assert await unread(bob, room_id) == (0, 0)


async def test_the_room_is_mentioned_by_those_who_may(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await room_of(alice, bob, carol)
    await send(bob, room_id, {"m.mentions": {"room": True}})
    assert await unread(carol, room_id) == (1, 0)
    await send(alice, room_id, {"m.mentions": {"room": True}})
    assert await unread(carol, room_id) == (2, 1)


async def test_a_muted_room_does_not_count(alice: Person, bob: Person, carol: Person) -> None:
    room_id, other = await room_of(alice, bob, carol), await room_of(alice, bob)
    await alice.say(room_id, "before")
    mute = f"/pushrules/global/room/{segment(room_id)}"
    (await bob.put(mute, {"actions": []})).ok()
    await alice.say(room_id, "while muted")
    await alice.say(other, "elsewhere")
    assert await unread(bob, room_id) == (1, 0)
    assert await unread(bob, other) == (1, 0)
    assert await unread(carol, room_id) == (2, 0)
    (await bob.delete(mute)).ok()
    await alice.say(room_id, "after")
    assert await unread(bob, room_id) == (2, 0)


async def test_a_keyword_highlights(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    highlight = ["notify", {"set_tweak": "highlight"}]
    body = {"pattern": "oolong", "actions": highlight}
    (await bob.put("/pushrules/global/content/oolong", body)).ok()
    await alice.say(room_id, "some Oolong?")
    await alice.say(room_id, "oolongs")
    assert await unread(bob, room_id) == (2, 1)


async def test_ones_name_highlights_for_who_asks_for_it(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    path = f"/profile/{segment(bob.user_id)}/displayname"
    (await bob.put(path, {"displayname": "Robert Tables"})).ok()
    await alice.say(room_id, "robert tables, come here")
    assert await unread(bob, room_id) == (1, 0)
    actions = ["notify", {"set_tweak": "highlight"}]
    body = {"conditions": [{"kind": "contains_display_name"}], "actions": actions}
    (await bob.put("/pushrules/global/override/name", body)).ok()
    await alice.say(room_id, "robert tables, come here")
    assert await unread(bob, room_id) == (2, 1)


async def test_who_is_ignored_does_not_count(alice: Person, bob: Person, carol: Person) -> None:
    room_id = await room_of(alice, bob, carol)
    path = f"/user/{segment(bob.user_id)}/account_data/m.ignored_user_list"
    (await bob.put(path, {"ignored_users": {carol.user_id: {}}})).ok()
    await carol.say(room_id, "hello?")
    await alice.say(room_id, "hello")
    assert await unread(bob, room_id) == (1, 0)
    (await bob.put(path, {"ignored_users": {}})).ok()
    await carol.say(room_id, "hello?")
    assert await unread(bob, room_id) == (2, 0)


async def test_an_ignored_user_list_of_any_shape_is_survived(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    path = f"/user/{segment(bob.user_id)}/account_data/m.ignored_user_list"
    shapes: list[dict[str, Any]] = [
        {},
        {"ignored_users": 3},
        {"ignored_users": {"x" * 999: {}, "a\0b": {}}},
    ]
    for content in shapes:
        (await bob.put(path, content)).ok()
    await alice.say(room_id, "hello")
    assert await unread(bob, room_id) == (1, 0)


async def test_threads_are_counted_apart_for_who_asks(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    root = await alice.say(room_id, "root")
    inside = await reply(alice, room_id, root)
    await reply(alice, room_id, root)
    assert await unread(bob, room_id) == (3, 0)
    main, threads = await unread_by_thread(bob, room_id)
    assert main == {"notification_count": 1, "highlight_count": 0}
    assert threads == {root: {"notification_count": 2, "highlight_count": 0}}

    (await read(bob, room_id, root, thread_id="main")).ok()
    main, threads = await unread_by_thread(bob, room_id)
    assert (main["notification_count"], threads[root]["notification_count"]) == (0, 2)
    (await read(bob, room_id, inside, thread_id=root)).ok()
    assert await unread(bob, room_id) == (1, 0)
    assert (await unread_by_thread(bob, room_id))[1][root]["notification_count"] == 1


async def test_an_unthreaded_receipt_reads_every_timeline(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    root = await alice.say(room_id, "root")
    await reply(alice, room_id, root)
    last = await alice.say(room_id, "last")
    (await read(bob, room_id, last)).ok()
    assert await unread(bob, room_id) == (0, 0)
    assert (await unread_by_thread(bob, room_id))[1] == {}


async def test_speaking_in_a_thread_reads_that_thread_only(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    root = await alice.say(room_id, "root")
    await reply(alice, room_id, root)
    await reply(bob, room_id, root)
    assert await unread(bob, room_id) == (1, 0)
