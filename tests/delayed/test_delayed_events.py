"""Events that are sent later: on a clock of the test's own."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest

from teahouse import config
from teahouse.kit.clock import ManualClock
from tests.people import Answer, Person, client_of, segment, sign_up
from tests.receipts.test_receipts import room_of
from tests.server import Server, running

UNSTABLE = "/_matrix/client/unstable/org.matrix.msc4140"
ALL = UNSTABLE + "/delayed_events"
DELAY = "org.matrix.msc4140.delay"
TEXT = {"msgtype": "m.text", "body": "later"}
WEEK_MS = 7 * 86_400_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def send_path(room_id: str, type: str = "m.room.message", txn_id: str = "t1") -> str:
    return f"/rooms/{segment(room_id)}/send/{segment(type)}/{segment(txn_id)}"


async def later(
    who: Person, room_id: str, delay_ms: int, content: Any = None, txn_id: str = "t1"
) -> str:
    path = send_path(room_id, txn_id=txn_id)
    answer = await who.put(path, TEXT if content is None else content, **{DELAY: delay_ms})
    delay_id: str = answer.ok()["delay_id"]
    return delay_id


async def later_state(who: Person, room_id: str, delay_ms: int, key: str, content: Any) -> str:
    path = f"/rooms/{segment(room_id)}/state/org.example.call/{segment(key)}"
    delay_id: str = (await who.put(path, content, **{DELAY: delay_ms})).ok()["delay_id"]
    return delay_id


async def act(http_of: Person, delay_id: str, action: str) -> Answer:
    """Without being signed in."""
    return await Person(http_of.http).post(f"{ALL}/{delay_id}/{action}")


async def waiting(who: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await who.get(ALL)).ok()["delayed_events"]
    return found


async def one(who: Person, delay_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await who.get(f"{ALL}/{delay_id}")).ok().body
    return found


async def bodies(who: Person, room_id: str) -> list[str]:
    """What was said in the room, oldest first."""
    path, said, start = f"/rooms/{segment(room_id)}/messages", [], None
    while True:
        page = (await who.get(path, dir="f", limit=100, **({"from": start} if start else {}))).ok()
        said += [e["content"]["body"] for e in page["chunk"] if e["type"] == "m.room.message"]
        if (start := page.body.get("end")) is None:
            return said


async def two_events(who: Person) -> list[dict[str, Any]]:
    """The first two that come by sync, of the one room."""
    events: list[dict[str, Any]] = []
    while len(events) < 2:
        rooms = (await who.sync(timeout=1_000)).body.get("rooms", {}).get("join", {})
        for room in rooms.values():
            events += room.get("timeline", {}).get("events", [])
    return events


async def pass_time(server: Server, clock: ManualClock, span_ms: int) -> None:
    clock.advance(span_ms)
    server.teahouse.delayed_sender.wake()


async def until_finalised(who: Person, delay_id: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while "finalised" not in (found := await one(who, delay_id)):
            await asyncio.sleep(0.01)
    outcome: dict[str, Any] = found["finalised"]
    return outcome


async def test_events_are_sent_when_their_time_has_come_in_its_order(
    server: Server, clock: ManualClock, alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    assert await waiting(alice) == []
    second = await later(alice, room_id, 2_000, {"msgtype": "m.text", "body": "two"})
    first = await later(alice, room_id, 1_000, {"msgtype": "m.text", "body": "one"}, "t2")
    # The same request again is the same event, whatever it carries.
    assert await later(alice, room_id, 1_000, b"", "t2") == first
    shown = {
        "delay_id": first,
        "room_id": room_id,
        "type": "m.room.message",
        "delay_ms": 1_000,
        "delayed_since_ts": clock.now_ms(),
        "content": {"msgtype": "m.text", "body": "one"},
    }
    assert [found["delay_id"] for found in await waiting(alice)] == [first, second]
    assert await one(alice, first) == shown
    await pass_time(server, clock, 999)
    assert await bodies(bob, room_id) == []
    await pass_time(server, clock, 1_001)
    sent = await until_finalised(alice, first)
    await until_finalised(alice, second)
    assert await bodies(bob, room_id) == ["one", "two"]
    assert sent["finalised_ts"] == clock.now_ms()
    assert await waiting(alice) == []
    event = (await bob.get(f"/rooms/{segment(room_id)}/event/{segment(sent['event_id'])}")).ok()
    assert event["origin_server_ts"] == clock.now_ms()
    assert event["sender"] == alice.user_id


async def test_the_sender_is_told_which_delayed_event_it_was_and_nobody_else(
    server: Server, clock: ManualClock, alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    phone = await alice.another_device()
    for who in (alice, phone, bob):
        await who.sync()
    delay_id = await later(alice, room_id, 10)
    state_id = await later_state(alice, room_id, 10, "", {"left": True})
    await pass_time(server, clock, 10)
    await until_finalised(alice, delay_id)
    await until_finalised(alice, state_id)
    told = [
        [event["unsigned"].get("org.matrix.msc4140.delay_id") for event in await two_events(who)]
        for who in (bob, alice, phone)
    ]
    assert told == [[None, None], [delay_id, state_id], [delay_id, state_id]]
    path = f"/rooms/{segment(room_id)}/messages"
    for who, known in ((phone, delay_id), (bob, None)):
        shown = (await who.get(path, dir="b", limit=2)).ok()["chunk"][1]
        assert shown["unsigned"].get("org.matrix.msc4140.delay_id") == known


async def test_who_knows_the_id_sends_cancels_and_restarts_without_an_account(
    server: Server, clock: ManualClock, alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    sent = await later_state(alice, room_id, 60_000, "sent", {"n": 1})
    cancelled = await later_state(alice, room_id, 60_000, "cancelled", {"n": 2})
    restarted = await later_state(alice, room_id, 60_000, "restarted", {"n": 3})
    state = f"/rooms/{segment(room_id)}/state/org.example.call/"
    for _ in range(2):
        (await act(alice, sent, "send")).ok()
        (await act(alice, cancelled, "cancel")).ok()
    assert (await bob.get(state + "sent")).ok().body == {"n": 1}
    for delay_id, action in (
        (sent, "cancel"),
        (sent, "restart"),
        (cancelled, "send"),
        (cancelled, "restart"),
    ):
        (await act(alice, delay_id, action)).refused(409, "M_UNKNOWN")
    assert (await one(alice, cancelled))["finalised"] == {"finalised_ts": clock.now_ms()}
    await pass_time(server, clock, 59_000)
    # As earlier drafts had it: the action in the body.
    (await Person(alice.http).post(f"{ALL}/{restarted}", {"action": "restart"})).ok()
    assert (await one(alice, restarted))["delayed_since_ts"] == clock.now_ms()
    await pass_time(server, clock, 59_000)
    (await bob.get(state + "restarted")).refused(404, "M_NOT_FOUND")
    await pass_time(server, clock, 1_000)
    await until_finalised(alice, restarted)
    assert (await bob.get(state + "restarted")).ok().body == {"n": 3}
    (await bob.get(state + "cancelled")).refused(404, "M_NOT_FOUND")


async def test_only_its_owner_sees_it_and_what_is_unknown_is_not_there(
    alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    delay_id = await later(alice, room_id, 60_000)
    assert await waiting(bob) == []
    (await bob.get(f"{ALL}/{delay_id}")).refused(404, "M_NOT_FOUND")
    (await Person(alice.http).get(ALL)).refused(401, "M_MISSING_TOKEN")
    (await Person(alice.http).get(f"{ALL}/{delay_id}")).refused(401, "M_MISSING_TOKEN")
    for unknown in ("abc", "zz", "ff" + delay_id[2:], delay_id + "x", "茶"):
        for action in ("send", "cancel", "restart"):
            (await act(alice, segment(unknown), action)).refused(404, "M_NOT_FOUND")
    (await act(alice, delay_id, "oops")).refused(404, "M_UNRECOGNIZED")
    nobody = Person(alice.http)
    for body in ({}, {"action": "oops"}, {"action": ["send"]}):
        (await nobody.post(f"{ALL}/{delay_id}", body)).refused(400, "M_BAD_JSON")
    assert len(await waiting(alice)) == 1


async def test_it_is_allowed_or_refused_when_it_is_sent(
    server: Server, clock: ManualClock, alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    path = f"{UNSTABLE}/rooms/{segment(room_id)}/delayed_event/m.room.name/t1"
    topic = {"delay_ms": 60_000, "state_key": "", "content": {"name": "Bob's"}}
    delay_id = (await bob.put(path, topic)).ok()["delay_id"]
    assert (await bob.put(path, topic)).ok()["delay_id"] == delay_id
    (await act(bob, delay_id, "send")).refused(403, "M_FORBIDDEN")
    assert [found["delay_id"] for found in await waiting(bob)] == [delay_id]
    levels = (await alice.get(f"/rooms/{segment(room_id)}/state/m.room.power_levels")).ok().body
    levels["users"] = {**levels.get("users", {}), bob.user_id: 50}
    (await alice.set_state(room_id, "m.room.power_levels", levels)).ok()
    await pass_time(server, clock, 60_000)
    assert "event_id" in await until_finalised(bob, delay_id)
    assert (await alice.get(f"/rooms/{segment(room_id)}/state/m.room.name")).ok()["name"] == "Bob's"
    # Who has left by then says nothing any more.
    gone = await later(bob, room_id, 1_000)
    (await bob.leave(room_id)).ok()
    await pass_time(server, clock, 1_000)
    assert (await until_finalised(bob, gone))["error"]["errcode"] == "M_FORBIDDEN"
    (await act(bob, gone, "cancel")).ok()
    assert await bodies(alice, room_id) == []


async def test_state_of_the_same_key_cancels_nothing(
    server: Server, clock: ManualClock, alice: Person
) -> None:
    room_id = await alice.create_room()
    delay_id = await later_state(alice, room_id, 1_000, "k", {"by": "the clock"})
    (await alice.set_state(room_id, "org.example.call", {"by": "hand"}, "k")).ok()
    await pass_time(server, clock, 1_000)
    await until_finalised(alice, delay_id)
    state = (await alice.get(f"/rooms/{segment(room_id)}/state/org.example.call/k")).ok()
    assert state.body == {"by": "the clock"}


@pytest.mark.parametrize("delay", ["0", "-1", "1.5", "", "soon", "1" * 17, "²"])
async def test_a_delay_is_a_positive_number(alice: Person, delay: str) -> None:
    room_id = await alice.create_room()
    (await alice.put(send_path(room_id), TEXT, **{DELAY: delay})).refused(400, "M_INVALID_PARAM")
    assert await bodies(alice, room_id) == []


async def test_what_can_not_be_scheduled_is_refused(server: Server, alice: Person) -> None:
    room_id = await alice.create_room()
    path = f"{UNSTABLE}/rooms/{segment(room_id)}/delayed_event/m.room.message/t1"
    fine: dict[str, Any] = {"delay_ms": 1_000, "content": TEXT}
    for name in fine:
        left = {key: value for key, value in fine.items() if key != name}
        (await alice.put(path, left)).refused(400, "M_MISSING_PARAM")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"delay_ms": "soon"}, "M_INVALID_PARAM"),
        ({"delay_ms": True}, "M_INVALID_PARAM"),
        ({"content": []}, "M_BAD_JSON"),
        ({"state_key": 1}, "M_BAD_JSON"),
        ({"state_key": "a\0b"}, "M_BAD_JSON"),
        ({"content": {"half": 0.5}}, "M_BAD_JSON"),
    ]
    for more, errcode in wrong:
        (await alice.put(path, {**fine, **more})).refused(400, errcode)
    for more in ({"content": {"body": "x" * 65_536}}, {"state_key": "k" * 256}):
        (await alice.put(path, {**fine, **more})).refused(413, "M_TOO_LARGE")
    (await alice.put(path, b"{")).refused(400, "M_NOT_JSON")
    (await Person(alice.http).put(path, fine)).refused(401, "M_MISSING_TOKEN")
    day = 86_400_000
    answer = (await alice.put(path, {**fine, "delay_ms": day + 1})).refused(400, "M_UNKNOWN")
    assert answer["org.matrix.msc4140.errcode"] == "M_MAX_DELAY_EXCEEDED"
    assert answer["org.matrix.msc4140.max_delay"] == day
    assert await waiting(alice) == []
    limits = (await alice.get("/capabilities")).ok()["capabilities"]
    assert limits["org.matrix.msc4140.delayed_events"] == {
        "max_delay_ms": day,
        "max_scheduled": 100,
    }
    features = (await alice.get("/_matrix/client/versions")).ok()["unstable_features"]
    assert features["org.matrix.msc4140"] is True


async def test_nobody_has_too_many_and_what_is_over_is_forgotten(
    server: Server, clock: ManualClock, alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    ids = []
    for number in range(100):
        ids.append(await later(alice, room_id, 1_000 + number, txn_id=f"t{number}"))
    path = send_path(room_id, txn_id="more")
    answer = (await alice.put(path, TEXT, **{DELAY: 5})).refused(429, "M_LIMIT_EXCEEDED")
    assert answer["retry_after_ms"] == 1_000
    assert answer.headers["retry-after"] == "1"
    await later(bob, room_id, 5_000_000)
    await pass_time(server, clock, 1_000 + 99)
    await until_finalised(alice, ids[-1])
    assert len(await bodies(bob, room_id)) == 100
    # Of what is over 100 are kept, for a week.
    for number in range(3):
        clock.advance(1)
        last = await later(alice, room_id, 5, txn_id=f"more{number}")
        (await act(alice, last, "cancel")).ok()
    for delay_id in ids[:3]:
        (await alice.get(f"{ALL}/{delay_id}")).refused(404, "M_NOT_FOUND")
    assert "finalised" in await one(alice, ids[3])
    assert "finalised" in await one(alice, last)
    clock.advance(WEEK_MS + 1)
    await server.teahouse.pruning.prune()
    (await alice.get(f"{ALL}/{last}")).refused(404, "M_NOT_FOUND")


async def test_who_sends_too_much_is_refused_at_that_moment(
    settings: config.Config, clock: ManualClock
) -> None:
    settings = dataclasses.replace(settings, no_rate_limits=False)
    async with running(settings, clock) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_id = await alice.create_room()
        delay_id = await later(alice, room_id, 1)
        for _ in range(99):
            await alice.say(room_id, "now")
        await pass_time(server, clock, 1)
        error = (await until_finalised(alice, delay_id))["error"]
        assert error["errcode"] == "M_LIMIT_EXCEEDED"


async def test_a_restart_loses_nothing_and_sends_once(
    settings: config.Config, clock: ManualClock
) -> None:
    async with running(settings, clock) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_id = await alice.create_room()
        texts = [{"msgtype": "m.text", "body": body} for body in ("two", "one", "three")]
        spans = (2_000, 1_000, 9_000)
        ids = [
            await later(alice, room_id, span, text, f"t{span}")
            for span, text in zip(spans, texts, strict=True)
        ]
    clock.advance(3_000)
    for _ in range(2):
        async with running(settings, clock) as server, client_of(server.url) as http:
            alice.http = http
            await until_finalised(alice, ids[0])
            await until_finalised(alice, ids[1])
            assert await bodies(alice, room_id) == ["one", "two"]
            assert [found["delay_id"] for found in await waiting(alice)] == [ids[2]]


async def test_who_is_deactivated_says_nothing_more(
    server: Server, clock: ManualClock, alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    delay_id = await later(bob, room_id, 1_000)
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": bob.user_id},
        "password": "a fine pot of oolong",
    }
    (await bob.post("/account/deactivate", {"auth": auth})).ok()
    (await act(alice, delay_id, "send")).refused(404, "M_NOT_FOUND")
