"""What a browser hears without any gateway: encrypted for it alone, signed by this server."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import pytest

from teahouse import config
from teahouse.homeserver.push.webpush_payload import MAX_PAYLOAD_BYTES, news_payload
from teahouse.kit.clock import ManualClock
from teahouse.kit.outbox.owner import HOUR_MS
from tests.endpoint import Received, Response
from tests.people import Person, client_of, segment, sign_up
from tests.push.browser import APP, Browser, base64url, browser, claims, created
from tests.push.test_pushers import pusher, pushers
from tests.receipts.test_receipts import read, room_of
from tests.server import Server, running

UNSTABLE_ACK = "/_matrix/client/unstable/org.matrix.msc4174/pushers/ack"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(settings: config.Config, clock: ManualClock) -> AsyncIterator[Server]:
    settings = dataclasses.replace(
        settings, allow_private_urls=True, public_url="https://tea.example.org:8448"
    )
    async with running(settings, clock) as server:
        yield server


@pytest.fixture
async def bobs() -> AsyncIterator[Browser]:
    async with browser() as made:
        yield made


async def vapid_of(who: Person) -> str:
    capabilities = (await who.get("/capabilities")).ok()["capabilities"]
    assert capabilities["m.webpush"] == capabilities["org.matrix.msc4174.webpush"]
    assert capabilities["m.webpush"]["enabled"] is True
    vapid: str = capabilities["m.webpush"]["vapid"]
    return vapid


async def none_of(who: Person) -> None:
    async with asyncio.timeout(5):
        while await pushers(who):
            await asyncio.sleep(0.01)


async def answer_gone(_: Received) -> Response:
    return Response(410, b"")


async def answer_broken(_: Received) -> Response:
    return Response(500, b"")


async def test_a_browser_hears_who_writes_and_where_but_never_what(
    clock: ManualClock, alice: Person, bob: Person, bobs: Browser
) -> None:
    path = f"/profile/{segment(alice.user_id)}/displayname"
    (await alice.put(path, {"displayname": "爱丽丝"})).ok()
    room_id = await room_of(alice, bob)
    (await alice.set_state(room_id, "m.room.name", {"name": "茶馆"})).ok()
    await bobs.subscribe(bob)
    spoken = await alice.say(room_id, "hello")
    await bobs.told(1)
    sealed = await alice.send(room_id, {"ciphertext": "secret"}, type="m.room.encrypted")
    whole = {
        "room_id": room_id,
        "sender": alice.user_id,
        "sender_display_name": "爱丽丝",
        "room_name": "茶馆",
        "prio": "high",
    }
    assert await bobs.told(2) == [
        {**whole, "event_id": spoken, "type": "m.room.message", "unread": 1},
        {**whole, "event_id": sealed["event_id"], "type": "m.room.encrypted", "unread": 2},
    ]
    # What the push service can see of it.
    first, second = bobs.service.received[1:]
    assert (first.headers["ttl"], first.headers["urgency"]) == ("86400", "high")
    assert len(first.headers["topic"]) == 32
    assert first.headers["topic"] == second.headers["topic"]
    seen = claims(first, await vapid_of(bob))
    assert seen["aud"] == bobs.service.url
    assert seen["sub"] == "https://tea.example.org:8448"
    assert 0 < seen["exp"] - clock.now_ms() / 1000 <= 86_400
    # A token is made for hours, not for each message.
    assert first.headers["authorization"] == second.headers["authorization"]
    clock.advance(12 * HOUR_MS)
    await alice.say(room_id, "later")
    third = (await bobs.service.has(4))[3]
    assert claims(third, await vapid_of(bob))["exp"] * 1000 > clock.now_ms()


async def test_an_invitation_says_that_it_is_one_and_a_badge_is_for_who_wants_it(
    alice: Person, bob: Person, bobs: Browser
) -> None:
    await bobs.subscribe(bob, data={"events_only": True})
    room_id = await alice.create_room(name="Tea")
    (await alice.invite(room_id, bob)).ok()
    (told,) = await bobs.told(1)
    assert (told["type"], told["membership"], told["user_is_target"]) == (
        "m.room.member",
        "invite",
        True,
    )
    (await bob.join(room_id)).ok()
    event_id = await alice.say(room_id, "hello")
    await bobs.told(2)
    (await read(bob, room_id, event_id)).ok()
    (await bob.post("/pushers/set", bobs.pusher(data={"format": "event_id_only"}))).ok()
    short = await alice.say(room_id, "short")
    third = (await bobs.told(3))[2]
    assert third == {"event_id": short, "room_id": room_id, "prio": "high", "unread": 1}
    (await read(bob, room_id, short)).ok()
    assert (await bobs.told(4))[3] == {"unread": 0}
    assert bobs.service.received[4].headers["urgency"] == "low"


async def test_nothing_is_told_before_the_token_came_back(
    server: Server, clock: ManualClock, alice: Person, bob: Person, bobs: Browser
) -> None:
    room_id = await room_of(alice, bob)
    assert (await bob.post("/pushers/set", bobs.pusher())).status == 201
    first = bobs.open((await bobs.service.has(1))[0])
    assert first["app_id"] == APP
    assert (await pushers(bob))[0]["data"]["activated"] is False
    await alice.say(room_id, "nobody hears this")
    # Only its owner gives it back, and only while it is fresh.
    missing = {"app_id": "org.example.other", "ack_token": first["ack_token"]}
    (await bob.post("/pushers/ack", missing)).refused(404, "M_NOT_FOUND")
    (await alice.post("/pushers/ack", first)).refused(404, "M_NOT_FOUND")
    (await bob.call("POST", "/pushers/ack", first, token="x")).refused(401, "M_UNKNOWN_TOKEN")
    wrong = {**first, "ack_token": "wrong"}
    (await bob.post("/pushers/ack", wrong)).refused(400, "M_UNKNOWN_ACTIVATION_TOKEN")
    (await bob.post("/pushers/ack", {"app_id": 1})).refused(400, "M_BAD_JSON")
    clock.advance(5 * 60_000 + 1)
    (await bob.post("/pushers/ack", first)).refused(410, "M_EXPIRED_ACTIVATION_TOKEN")
    # Set again as it was, it gets another one; the first is of no use then.
    (await bob.post("/pushers/set", bobs.pusher())).ok()
    (second,) = await bobs.told(1)
    (await bob.post("/pushers/ack", first)).refused(400, "M_UNKNOWN_ACTIVATION_TOKEN")
    (await bob.post(UNSTABLE_ACK, second)).ok()
    (await bob.post(UNSTABLE_ACK, second)).ok()
    assert (await pushers(bob))[0]["data"]["activated"] is True
    # Nor does it have to be shown anew by who says so, or sets the same once more.
    shown = {**bobs.pusher()["data"], "activated": False}
    (await bob.post("/pushers/set", bobs.pusher(lang="en", data=shown))).ok()
    assert (await pushers(bob))[0]["data"]["activated"] is True
    event_id = await alice.say(room_id, "heard")
    assert (await bobs.told(2))[1]["event_id"] == event_id
    # Another secret makes it another subscription.
    bobs.auth = bytes(16)
    assert (await bob.post("/pushers/set", bobs.pusher())).status == 201
    assert (await pushers(bob))[0]["data"]["activated"] is False


async def test_a_subscription_that_is_gone_is_dropped(
    alice: Person, bob: Person, bobs: Browser
) -> None:
    room_id = await room_of(alice, bob)
    for status in (403, 404, 410):

        async def gone(_: Received, status: int = status) -> Response:
            return Response(status, b"")

        await bobs.subscribe(bob)
        bobs.service.answer = gone
        await alice.say(room_id, "hello")
        await none_of(bob)
        bobs.service.answer = created
    heard = len(bobs.service.received)
    await alice.say(room_id, "nobody is there")
    await asyncio.sleep(0.1)
    assert len(bobs.service.received) == heard == 6


async def test_a_push_service_that_fails_is_asked_again(
    server: Server, clock: ManualClock, alice: Person, bob: Person, bobs: Browser
) -> None:
    room_id = await room_of(alice, bob)
    await bobs.subscribe(bob)
    bobs.service.answer = answer_broken
    event_id = await alice.say(room_id, "hello")
    await bobs.told(1)
    bobs.service.answer = created
    async with asyncio.timeout(10):
        while len(bobs.service.received) < 3:
            clock.advance(HOUR_MS)
            server.teahouse.outbox.wake()
            await asyncio.sleep(0.01)
    assert [one["event_id"] for one in await bobs.told(2)] == [event_id, event_id]
    # Encrypted anew each time.
    assert bobs.service.received[1].body != bobs.service.received[2].body


async def test_who_signs_out_or_moves_hears_nothing_more(
    alice: Person, bob: Person, carol: Person, bobs: Browser
) -> None:
    room_id = await room_of(alice, bob, carol)
    phone = await bob.another_device()
    await bobs.subscribe(phone)
    # The next person on the same browser takes the subscription over, and must show it.
    assert (await carol.post("/pushers/set", bobs.pusher())).status == 201
    assert await pushers(bob) == []
    (await carol.post("/pushers/ack", (await bobs.told(1))[0])).ok()
    await alice.say(room_id, "for carol")
    assert (await bobs.told(2))[1]["room_id"] == room_id
    (await carol.post("/logout")).ok()
    await alice.say(room_id, "for nobody")
    await asyncio.sleep(0.1)
    assert len(bobs.service.received) == 3


@pytest.mark.parametrize(
    ("more", "errcode"),
    [
        ({"pushkey": "key1"}, "M_INVALID_PARAM"),
        ({"pushkey": "茶" * 22}, "M_INVALID_PARAM"),
        ({"pushkey": base64url(b"\4" + bytes(64))}, "M_INVALID_PARAM"),
        ({"data": {"auth": "short"}}, "M_INVALID_PARAM"),
        ({"data": {"auth": 16}}, "M_BAD_JSON"),
        ({"data": {"events_only": 1}}, "M_BAD_JSON"),
        ({"data": {"url": 1}}, "M_BAD_JSON"),
        ({"data": {"url": "ftp://push.example.org/"}}, "M_INVALID_PARAM"),
    ],
)
async def test_what_no_browser_has_given_is_refused(
    alice: Person, bobs: Browser, more: dict[str, Any], errcode: str
) -> None:
    (await alice.post("/pushers/set", bobs.pusher(**more))).refused(400, errcode)
    assert await pushers(alice) == []


async def test_what_is_missing_is_named_and_the_older_name_of_the_url_is_known(
    alice: Person, bobs: Browser
) -> None:
    for name in ("url", "auth"):
        wanted = bobs.pusher()
        del wanted["data"][name]
        answer = (await alice.post("/pushers/set", wanted)).refused(400, "M_MISSING_PARAM")
        assert name in answer["error"]
    wanted = bobs.pusher(kind="webpush")
    wanted["data"]["endpoint"] = wanted["data"].pop("url")
    assert (await alice.post("/pushers/set", wanted)).status == 201
    (shown,) = await pushers(alice)
    assert shown["data"] == {**bobs.pusher()["data"], "activated": False}


async def test_the_address_must_be_of_the_open_internet_and_the_key_outlives_a_restart(
    settings: config.Config, bobs: Browser
) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        (await alice.post("/pushers/set", bobs.pusher())).refused(400, "M_INVALID_PARAM")
        (await alice.post("/pushers/set", pusher())).ok()
        asked = await asyncio.gather(*(vapid_of(alice) for _ in range(5)))
        assert len(set(asked)) == 1
        vapid = asked[0]
    async with running(settings) as server, client_of(server.url) as http:
        alice.http = http
        assert await vapid_of(alice) == vapid
        key = await server.teahouse.vapid_keys.get()
        assert repr(key.private) not in repr(key)
    assert bobs.service.received == []


def test_no_names_make_a_message_longer_than_a_push_service_takes() -> None:
    worst = "\1" * 255
    told = {
        "event_id": "$" + "e" * 254,
        "room_id": "!" + "r" * 254,
        "type": worst,
        "sender": "@" + "s" * 254,
        "prio": "high",
        "sender_display_name": worst * 100,
        "room_name": worst,
        "room_alias": worst,
    }
    cut = news_payload(told, 2**53)
    assert len(cut) <= MAX_PAYLOAD_BYTES
    assert b'"room_id"' in cut
    named = news_payload({**told, "type": "m.room.message", "room_name": "茶" * 1000}, 1)
    assert "茶" * 100 in named.decode()
    assert len(named) <= MAX_PAYLOAD_BYTES
