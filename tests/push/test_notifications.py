"""What a push gateway hears: a real endpoint of this machine takes the place of one."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from teahouse import config
from teahouse.kit.clock import ManualClock
from teahouse.kit.outbox.owner import DAY_MS, HOUR_MS
from tests.administration.operators import an_operator
from tests.endpoint import Endpoint, Received, Response, endpoint
from tests.people import PASSWORD, Person, client_of, segment, sign_up
from tests.push.test_pushers import pusher, pushers
from tests.receipts.test_receipts import read, room_of
from tests.rooms.test_aggregations import redact
from tests.rooms.test_invite_permission import BY_NAME, permit
from tests.server import Server, running

PATH = "/_matrix/push/v1/notify"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(settings: config.Config, clock: ManualClock) -> AsyncIterator[Server]:
    settings = dataclasses.replace(settings, allow_private_urls=True)
    async with running(settings, clock) as server:
        yield server


@pytest.fixture
async def gateway() -> AsyncIterator[Endpoint]:
    async with endpoint() as gateway:
        yield gateway


async def listen(who: Person, gateway: Endpoint, **more: Any) -> None:
    data = {"url": gateway.url + PATH, **more.pop("data", {})}
    (await who.post("/pushers/set", pusher(data=data, **more))).ok()


async def heard(gateway: Endpoint, count: int) -> list[dict[str, Any]]:
    return [received.json["notification"] for received in await gateway.has(count)]


async def nothing_more(gateway: Endpoint, count: int) -> None:
    await asyncio.sleep(0.15)
    assert len(gateway.received) == count


async def test_a_message_is_told_with_what_a_gateway_may_know(
    alice: Person, bob: Person, gateway: Endpoint
) -> None:
    path = f"/profile/{segment(alice.user_id)}/displayname"
    (await alice.put(path, {"displayname": "Alice"})).ok()
    room_id = await room_of(alice, bob)
    (await alice.set_state(room_id, "m.room.name", {"name": "Tea"})).ok()
    await listen(bob, gateway, data={"own": 1})
    event_id = await alice.say(room_id, "hello")
    (notification,) = await heard(gateway, 1)
    (device,) = notification.pop("devices")
    assert notification == {
        "event_id": event_id,
        "id": event_id,
        "room_id": room_id,
        "type": "m.room.message",
        "sender": alice.user_id,
        "sender_display_name": "Alice",
        "room_name": "Tea",
        "prio": "high",
        "content": {"msgtype": "m.text", "body": "hello"},
        "counts": {"unread": 1},
    }
    assert isinstance(device.pop("pushkey_ts"), int)
    assert device == {
        "app_id": "org.example.app",
        "pushkey": "key1",
        "data": {"own": 1},
        "tweaks": {"sound": "default"},
    }
    assert gateway.received[0].path == PATH
    assert gateway.received[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize("format", ["event_id_only", "one of the future"])
async def test_a_format_is_told_ids_and_no_more(
    alice: Person, bob: Person, gateway: Endpoint, format: str
) -> None:
    room_id = await room_of(alice, bob)
    await listen(bob, gateway, data={"format": format})
    event_id = await alice.say(room_id, "hello")
    (notification,) = await heard(gateway, 1)
    (device,) = notification.pop("devices")
    assert notification == {
        "event_id": event_id,
        "room_id": room_id,
        "prio": "high",
        "counts": {"unread": 1},
    }
    assert device["data"] == {"format": format}
    assert "tweaks" not in device


async def test_nothing_is_said_of_what_is_in_an_encrypted_event(
    alice: Person, bob: Person, gateway: Endpoint
) -> None:
    room_id = await room_of(alice, bob)
    await listen(bob, gateway)
    (await alice.send(room_id, {"ciphertext": "secret"}, type="m.room.encrypted")).ok()
    (notification,) = await heard(gateway, 1)
    assert notification["type"] == "m.room.encrypted"
    assert notification["prio"] == "high"
    assert "content" not in notification
    assert b"secret" not in gateway.received[0].body


async def test_one_hears_neither_oneself_nor_what_the_rules_keep_silent(
    alice: Person, bob: Person, gateway: Endpoint
) -> None:
    room_id = await room_of(alice, bob)
    await listen(bob, gateway)
    await bob.say(room_id, "my own")
    (await alice.send(room_id, {"msgtype": "m.notice", "body": "a bot"})).ok()
    (await bob.put(f"/pushrules/global/room/{segment(room_id)}", {"actions": []})).ok()
    await alice.say(room_id, "muted")
    (await bob.delete(f"/pushrules/global/room/{segment(room_id)}")).ok()
    await alice.say(room_id, "heard")
    (notification,) = await heard(gateway, 1)
    assert notification["content"]["body"] == "heard"
    await nothing_more(gateway, 1)


async def test_the_sound_is_that_of_ones_own_rules(
    alice: Person, bob: Person, carol: Person, gateway: Endpoint
) -> None:
    room_id = await room_of(alice, bob, carol)
    await listen(bob, gateway)
    await alice.say(room_id, "silent")
    actions = {"actions": ["notify", {"set_tweak": "sound", "value": "gong"}]}
    (await bob.put("/pushrules/global/underride/.m.rule.message/actions", actions)).ok()
    await alice.say(room_id, "loud")
    silent, loud = await heard(gateway, 2)
    assert (silent["prio"], "tweaks" in silent["devices"][0]) == ("low", False)
    assert (loud["prio"], loud["devices"][0]["tweaks"]) == ("high", {"sound": "gong"})


async def test_who_is_mentioned_hears_it_louder(
    alice: Person, bob: Person, carol: Person, gateway: Endpoint
) -> None:
    room_id = await room_of(alice, bob, carol)
    await listen(bob, gateway)
    content = {"msgtype": "m.text", "body": "x", "m.mentions": {"user_ids": [bob.user_id]}}
    (await alice.send(room_id, content)).ok()
    (notification,) = await heard(gateway, 1)
    assert notification["prio"] == "high"
    assert notification["devices"][0]["tweaks"]["highlight"] is True


async def test_an_invitation_is_told_but_not_of_somebody_ignored(
    alice: Person, bob: Person, carol: Person, gateway: Endpoint
) -> None:
    await listen(bob, gateway)
    ignored: dict[str, Any] = {"ignored_users": {carol.user_id: {}}}
    path = f"/user/{segment(bob.user_id)}/account_data/m.ignored_user_list"
    (await bob.put(path, ignored)).ok()
    (await carol.invite(await carol.create_room(), bob)).ok()
    room_id = await alice.create_room(name="Tea")
    (await alice.invite(room_id, bob)).ok()
    (notification,) = await heard(gateway, 1)
    assert (notification["room_id"], notification["type"]) == (room_id, "m.room.member")
    assert notification["user_is_target"] is True
    assert notification["membership"] == "invite"
    assert notification["sender"] == alice.user_id
    await nothing_more(gateway, 1)
    await permit(bob, BY_NAME, {"ignored_users": [alice.user_id]})
    (await alice.invite(await alice.create_room(), bob)).ok()
    await nothing_more(gateway, 1)


async def test_the_count_is_of_all_rooms_and_reading_lowers_it(
    clock: ManualClock, alice: Person, bob: Person, gateway: Endpoint
) -> None:
    one = await room_of(alice, bob)
    clock.advance(1)
    two = await room_of(alice, bob)
    await listen(bob, gateway)
    await alice.say(one, "hello")
    await gateway.has(1)
    last = await alice.say(two, "hello")
    assert (await heard(gateway, 2))[1]["counts"] == {"unread": 2}
    (await read(bob, two, last)).ok()
    badge = (await heard(gateway, 3))[2]
    assert badge["counts"] == {"unread": 1}
    assert "event_id" not in badge
    assert badge["devices"][0]["pushkey"] == "key1"


async def test_the_last_badge_says_that_nothing_is_unread(
    alice: Person, bob: Person, gateway: Endpoint
) -> None:
    room_id = await room_of(alice, bob)
    await listen(bob, gateway)
    event_id = await alice.say(room_id, "hello")
    await gateway.has(1)
    (await read(bob, room_id, event_id)).ok()
    assert (await heard(gateway, 2))[1]["counts"] == {"unread": 0}


async def test_what_is_redacted_lowers_the_badge_of_who_had_not_read_it(
    alice: Person, bob: Person, gateway: Endpoint
) -> None:
    room_id = await room_of(alice, bob)
    await listen(bob, gateway)
    first, second = [await alice.say(room_id, text) for text in ("a slip", "tea?")]
    await gateway.has(2)
    await redact(alice, room_id, first)
    assert (await heard(gateway, 3))[2]["counts"] == {"unread": 1}
    (await read(bob, room_id, second)).ok()
    await gateway.has(4)
    await redact(alice, room_id, second)
    await nothing_more(gateway, 4)


async def test_a_room_without_a_name_is_called_by_its_alias(
    alice: Person, bob: Person, gateway: Endpoint
) -> None:
    room_id = await room_of(alice, bob)
    alias = "#tea:localhost"
    (await alice.put(f"/directory/room/{segment(alias)}", {"room_id": room_id})).ok()
    (await alice.set_state(room_id, "m.room.canonical_alias", {"alias": alias})).ok()
    await listen(bob, gateway)
    await alice.say(room_id, "hello")
    (notification,) = await heard(gateway, 1)
    assert (notification["room_name"], notification["room_alias"]) == (alias, alias)


async def test_each_of_a_persons_pushers_hears_and_strangers_do_not(
    alice: Person, bob: Person, carol: Person, gateway: Endpoint
) -> None:
    room_id = await room_of(alice, bob)
    await listen(bob, gateway, pushkey="phone")
    await listen(bob, gateway, pushkey="tablet")
    await listen(carol, gateway, pushkey="carol", append=True)
    await alice.say(room_id, "hello")
    told = await heard(gateway, 2)
    assert {one["devices"][0]["pushkey"] for one in told} == {"phone", "tablet"}
    await nothing_more(gateway, 2)


async def test_who_comes_hears_and_who_left_does_not(
    alice: Person, bob: Person, gateway: Endpoint
) -> None:
    await listen(bob, gateway)
    room_id = await alice.create_room(preset="public_chat")
    await alice.say(room_id, "before")
    (await bob.join(room_id)).ok()
    await alice.say(room_id, "here")
    await gateway.has(1)
    (await bob.leave(room_id)).ok()
    await alice.say(room_id, "after")
    (notification,) = await heard(gateway, 1)
    assert notification["content"]["body"] == "here"
    await nothing_more(gateway, 1)


async def test_a_rejected_pushkey_is_removed(alice: Person, bob: Person, gateway: Endpoint) -> None:
    async def reject(_: Received) -> Response:
        return Response(body=b'{"rejected":["key1","not mine"]}')

    room_id = await room_of(alice, bob)
    await listen(bob, gateway)
    await listen(bob, gateway, pushkey="key2")
    gateway.answer = reject
    await alice.say(room_id, "hello")
    await gateway.has(2)
    async with asyncio.timeout(5):
        while [one["pushkey"] for one in await pushers(bob)] != ["key2"]:
            await asyncio.sleep(0.01)


async def test_a_gateway_that_fails_is_asked_again_and_told_what_is_still_unread(
    server: Server, clock: ManualClock, alice: Person, bob: Person, gateway: Endpoint
) -> None:
    async def refuse(_: Received) -> Response:
        return Response(502)

    room_id = await room_of(alice, bob)
    await listen(bob, gateway)
    gateway.answer = refuse
    first = await alice.say(room_id, "one")
    await gateway.has(1)
    await alice.say(room_id, "two")
    (await read(bob, room_id, first)).ok()
    await nothing_more(gateway, 1)
    gateway.answer = Endpoint().answer
    clock.advance(HOUR_MS)
    server.teahouse.outbox.wake()
    told = await heard(gateway, 3)
    assert [one.get("content", {}).get("body") for one in told] == ["one", "one", "two"]


async def test_a_dead_pusher_is_dropped(
    server: Server, clock: ManualClock, alice: Person, bob: Person, gateway: Endpoint
) -> None:
    async def refuse(_: Received) -> Response:
        return Response(500)

    room_id = await room_of(alice, bob)
    await listen(bob, gateway)
    gateway.answer = refuse
    await alice.say(room_id, "hello")
    await gateway.has(1)
    await asyncio.sleep(0.1)
    assert len(await pushers(bob)) == 1
    clock.advance(DAY_MS)
    server.teahouse.outbox.wake()
    async with asyncio.timeout(5):
        while await pushers(bob):
            await asyncio.sleep(0.01)
    gateway.answer = Endpoint().answer
    await alice.say(room_id, "again")
    await nothing_more(gateway, 2)


async def test_what_was_read_or_redacted_meanwhile_is_not_told(
    server: Server, clock: ManualClock, alice: Person, bob: Person, gateway: Endpoint
) -> None:
    async def refuse(_: Received) -> Response:
        return Response(500)

    room_id = await room_of(alice, bob)
    await listen(bob, gateway)
    gateway.answer = refuse
    event_id = await alice.say(room_id, "a slip")
    await gateway.has(1)
    await asyncio.sleep(0.1)
    path = f"/rooms/{segment(room_id)}/redact/{segment(event_id)}/t1"
    (await alice.put(path, {})).ok()
    gateway.answer = Endpoint().answer
    clock.advance(HOUR_MS)
    server.teahouse.outbox.wake()
    badge = (await heard(gateway, 2))[1]
    assert ("event_id" in badge, badge["counts"]) == (False, {"unread": 0})


async def test_after_a_restart_pushers_still_hear(
    settings: config.Config, gateway: Endpoint
) -> None:
    settings = dataclasses.replace(settings, allow_private_urls=True)
    async with running(settings) as server, client_of(server.url) as http:
        alice, bob = await sign_up(http, "alice"), await sign_up(http, "bob")
        room_id = await room_of(alice, bob)
        await listen(bob, gateway)
    async with running(settings) as server, httpx.AsyncClient(base_url=server.url) as http:
        alice.http = http
        await alice.say(room_id, "hello again")
        (notification,) = await heard(gateway, 1)
    assert notification["content"]["body"] == "hello again"


async def test_for_a_locked_account_nothing_is_pushed_until_it_is_open_again(
    server: Server,
    http: httpx.AsyncClient,
    clock: ManualClock,
    alice: Person,
    bob: Person,
    gateway: Endpoint,
) -> None:
    async def refuse(_: Received) -> Response:
        return Response(502)

    olga = await an_operator(server, http)
    lock = f"/_matrix/client/v1/admin/lock/{segment(bob.user_id)}"
    room_id = await room_of(alice, bob)
    await listen(bob, gateway)
    gateway.answer = refuse
    await alice.say(room_id, "it waits for the gateway")
    await gateway.has(1)
    (await olga.put(lock, {"locked": True})).ok()
    gateway.answer = Endpoint().answer
    await alice.say(room_id, "nobody hears it")
    (await olga.put(lock, {"locked": False})).ok()
    await alice.say(room_id, "welcome back")
    clock.advance(HOUR_MS)
    server.teahouse.outbox.wake()
    told = await heard(gateway, 2)
    assert told[1]["content"]["body"] == "welcome back"
    assert told[1]["counts"] == {"unread": 3}
    # Who is suspended goes on reading.
    suspend = f"/_matrix/client/v1/admin/suspend/{segment(bob.user_id)}"
    (await olga.put(suspend, {"suspended": True})).ok()
    await alice.say(room_id, "read on")
    assert (await heard(gateway, 3))[2]["content"]["body"] == "read on"


async def test_a_closed_account_has_no_pushers(
    server: Server, alice: Person, bob: Person, gateway: Endpoint
) -> None:
    room_id = await room_of(alice, bob)
    await listen(bob, gateway)
    await alice.say(room_id, "hello")
    await gateway.has(1)
    auth = {"type": "m.login.password", "password": PASSWORD}
    (await bob.post("/account/deactivate", {"auth": auth})).ok()
    assert await server.teahouse.pushers.of_user(bob.user_id) == []


async def test_gateways_that_hang_keep_nobody_elses_from_being_told(
    alice: Person, bob: Person, carol: Person, gateway: Endpoint
) -> None:
    """Two people have more of them than are sent to at once."""
    go_on = asyncio.Event()

    async def hang(_: Received) -> Response:
        await go_on.wait()
        return Response()

    dave = await sign_up(alice.http, "dave")
    room_id = await alice.create_room(preset="public_chat")
    for other in (bob, carol, dave):
        (await other.join(room_id)).ok()
    async with endpoint(hang) as hanging:
        for who in (bob, carol):
            for number in range(70):
                await listen(who, hanging, pushkey=f"key{number}", append=True)
        await listen(dave, gateway, pushkey="dave")
        event_id = await alice.say(room_id, "hello")
        await hanging.has(8)
        (notification,) = await heard(gateway, 1)
        assert notification["event_id"] == event_id
        await nothing_more(hanging, 8)
        go_on.set()
