"""What a search finds, for whom, and how it is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person
from tests.rooms.reading import of, set_visibility, together
from tests.search.searching import events, find, said, search


async def test_a_message_is_found_by_a_word_of_it(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    event_id = await alice.say(room_id, "A pot of Oolong, please")
    await alice.say(room_id, "or coffee")
    found = await search(bob, "oolong")
    assert events(found) == [event_id]
    assert (found["count"], found["highlights"]) == (1, ["Oolong"])
    (sent,) = (one["result"] for one in found["results"])
    assert sent["user_id"] == sent["sender"] == alice.user_id
    assert "next_batch" not in found
    assert await find(bob, "oolong coffee") == []
    assert await find(bob, "") == []


async def test_a_chinese_word_is_found_inside_a_sentence(alice: Person) -> None:
    room_id = await alice.create_room()
    event_id = await alice.say(room_id, "我们明天在老茶馆见面吧")
    await alice.say(room_id, "馆里没有茶")
    assert await find(alice, "茶馆") == [event_id]
    assert len(await find(alice, "茶")) == 2


async def test_names_and_topics_are_found_by_their_keys(alice: Person) -> None:
    room_id = await alice.create_room(name="oolong", topic="oolong")
    message = await alice.say(room_id, "oolong")
    assert len(await find(alice, "oolong")) == 3
    assert await find(alice, "oolong", keys=["content.body"]) == [message]
    both = await search(alice, "oolong", keys=["content.name", "content.topic"])
    types = {result["result"]["type"] for result in both["results"]}
    assert types == {"m.room.name", "m.room.topic"}


async def test_a_stranger_finds_nothing_of_a_room(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="private_chat")
    await alice.say(room_id, "oolong")
    assert await find(bob, "oolong") == []
    (await alice.invite(room_id, bob)).ok()
    assert await find(bob, "oolong") == []


async def test_who_left_finds_what_they_saw(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    before = await alice.say(room_id, "oolong before")
    (await bob.leave(room_id)).ok()
    after = await alice.say(room_id, "oolong after")
    assert await find(bob, "oolong") == [before]
    assert await find(alice, "oolong") == [after, before]
    (await bob.post(of(room_id, "forget"))).ok()
    assert await find(bob, "oolong") == []


async def test_who_may_not_see_the_past_does_not_find_it(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await set_visibility(alice, room_id, "joined")
    past = await alice.say(room_id, "oolong past")
    (await bob.join(room_id)).ok()
    present = await alice.say(room_id, "oolong present")
    found = await search(bob, "oolong", order_by="recent", event_context={})
    assert (events(found), found["count"]) == ([present], 1)
    around = found["results"][0]["context"]["events_before"]
    assert past not in [event["event_id"] for event in around]
    assert await find(alice, "oolong") == [present, past]


async def test_what_ignored_people_said_is_not_found(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    event_id = await bob.say(room_id, "oolong")
    assert await find(alice, "oolong") == [event_id]
    path = f"/user/{alice.user_id}/account_data/m.ignored_user_list"
    (await alice.put(path, {"ignored_users": {bob.user_id: {}}})).ok()
    assert await find(alice, "oolong") == []
    assert await find(bob, "oolong") == [event_id]


async def test_a_redacted_message_is_not_found(alice: Person) -> None:
    room_id = await alice.create_room()
    event_id = await alice.say(room_id, "oolong")
    assert await find(alice, "oolong") == [event_id]
    (await alice.put(of(room_id, "redact", event_id, "t1"))).ok()
    assert await find(alice, "oolong") == []


async def test_the_filter_chooses_among_what_is_found(alice: Person, bob: Person) -> None:
    tea, cups = await together(alice, bob), await together(alice, bob)
    one = await alice.say(tea, "oolong")
    two = await bob.say(tea, "oolong")
    three = await bob.say(cups, "oolong")
    for wanted, expected in (
        ({"rooms": [tea]}, [two, one]),
        ({"not_rooms": [tea]}, [three]),
        ({"senders": [alice.user_id]}, [one]),
        ({"types": ["m.room.name"]}, []),
        ({"limit": 1}, [three]),
    ):
        assert await find(alice, "oolong", filter=wanted) == expected, wanted


async def test_the_order_is_by_time_or_by_rank(alice: Person) -> None:
    room_id = await alice.create_room()
    await alice.say(room_id, "oolong oolong")
    await alice.say(room_id, "there is among many other things some oolong")
    newest = await search(alice, "oolong", order_by="recent")
    assert said(newest)[1] == "oolong oolong"
    best = await search(alice, "oolong")
    assert said(best)[0] == "oolong oolong"
    ranks = [result["rank"] for result in best["results"]]
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize("order_by", ["recent", "rank"])
async def test_batches_give_each_event_once(alice: Person, order_by: str) -> None:
    room_id = await alice.create_room()
    sent = [await alice.say(room_id, f"oolong {number}") for number in range(7)]
    found: list[str] = []
    criteria: dict[str, Any] = {"order_by": order_by, "filter": {"limit": 3}}
    batch = await search(alice, "oolong", **criteria)
    await alice.say(room_id, "oolong, later")
    while True:
        assert batch["count"] == 7
        found += events(batch)
        if "next_batch" not in batch:
            break
        batch = await search(alice, "oolong", next_batch=batch["next_batch"], **criteria)
    assert found == (sent[::-1] if order_by == "recent" else sent)


async def test_groups_have_batches_of_their_own(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await alice.say(room_id, "oolong")
    first = await bob.say(room_id, "oolong")
    by_sender = {"group_by": [{"key": "sender"}, {"key": "room_id"}]}
    second = await bob.say(room_id, "oolong")
    criteria: dict[str, Any] = {"filter": {"limit": 1}, "groupings": by_sender}
    found = await search(alice, "oolong", order_by="recent", **criteria)
    assert found["groups"]["room_id"][room_id]["results"] == [second]
    group = found["groups"]["sender"][bob.user_id]
    assert (group["order"], group["results"]) == (1, [second])
    token = group["next_batch"]
    following = await search(alice, "oolong", next_batch=token, order_by="recent", **criteria)
    assert events(following) == [first]
    token = following["next_batch"]
    nothing = await search(alice, "oolong", next_batch=token, order_by="recent", **criteria)
    assert (events(nothing), nothing["count"]) == ([], following["count"])
    assert "next_batch" not in nothing
    assert "next_batch" not in following["groups"]["sender"][bob.user_id]


async def test_the_context_is_what_was_said_around(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    (await alice.put(f"/profile/{alice.user_id}/displayname", {"displayname": "Alice"})).ok()
    before = [await bob.say(room_id, f"before {number}") for number in range(3)]
    middle = await alice.say(room_id, "oolong")
    after = [await bob.say(room_id, f"after {number}") for number in range(3)]
    wanted = {"before_limit": 2, "after_limit": 1, "include_profile": True}
    found = await search(bob, "oolong", event_context=wanted)
    (result,) = found["results"]
    context = result["context"]
    assert result["result"]["event_id"] == middle
    assert [e["event_id"] for e in context["events_before"]] == before[:0:-1]
    assert [e["event_id"] for e in context["events_after"]] == after[:1]
    assert context["profile_info"][alice.user_id]["displayname"] == "Alice"
    assert bob.user_id in context["profile_info"]
    earlier = await bob.get(of(room_id, "messages"), dir="b", limit=1, **{"from": context["start"]})
    assert earlier["chunk"][0]["event_id"] == before[0]


async def test_the_state_comes_when_it_is_asked_for(alice: Person) -> None:
    room_id = await alice.create_room(name="Tea")
    await alice.say(room_id, "oolong")
    found = await search(alice, "oolong", include_state=True)
    names = [e["content"]["name"] for e in found["state"][room_id] if e["type"] == "m.room.name"]
    assert names == ["Tea"]
    assert "state" not in await search(alice, "oolong")


async def test_a_search_without_a_token_is_refused(alice: Person) -> None:
    answer = await alice.call("POST", "/search", {"search_categories": {}}, token="none")
    answer.refused(401, "M_UNKNOWN_TOKEN")
    assert (await alice.post("/search", {"search_categories": {}})).ok().body == {
        "search_categories": {}
    }


@pytest.mark.parametrize(
    "criteria",
    [
        {},
        {"search_term": 1},
        {"search_term": "x" * 5_000},
        {"search_term": "tea", "order_by": "luck"},
        {"search_term": "tea", "keys": ["content.secret"]},
        {"search_term": "tea", "filter": {"limit": -1}},
        {"search_term": "tea", "groupings": {"group_by": [{"key": "type"}]}},
        {"search_term": "tea", "event_context": {"before_limit": "5"}},
    ],
)
async def test_what_is_no_search_is_refused(alice: Person, criteria: Any) -> None:
    body = {"search_categories": {"room_events": criteria}}
    (await alice.post("/search", body)).refused(400, "M_BAD_JSON")


@pytest.mark.parametrize("token", ["nonsense", "W10", "Ww", "WzEsMl0", "\u8336", "x" * 3_000])
async def test_a_foreign_token_is_refused(alice: Person, token: str) -> None:
    body = {"search_categories": {"room_events": {"search_term": "tea"}}}
    answer = await alice.post("/search", body, next_batch=token)
    answer.refused(400, "M_INVALID_PARAM")


async def test_any_text_can_be_searched_for(alice: Person) -> None:
    room_id = await alice.create_room()
    await alice.say(room_id, "nul \0 and 100% 'quoted' \\ _x_")
    for term in ("\0", "%", "'", "\\", "\U0001f375", "a " * 2_000, "茶" * 4_000, "nul quoted x"):
        await search(alice, term)
    assert len(await find(alice, "nul 'quoted' _x_")) == 1
