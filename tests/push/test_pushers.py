"""Pushers are set, listed, moved and removed by their owner."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.people import Person

URL = "https://push.example.org/_matrix/push/v1/notify"


def pusher(url: str = URL, **more: Any) -> dict[str, Any]:
    return {
        "kind": "http",
        "app_id": "org.example.app",
        "pushkey": "key1",
        "app_display_name": "App",
        "device_display_name": "Phone",
        "lang": "en",
        "data": {"url": url},
        **more,
    }


async def pushers(who: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await who.get("/pushers")).ok()["pushers"]
    return found


async def test_a_pusher_is_shown_as_it_was_set(alice: Person) -> None:
    assert await pushers(alice) == []
    data = {"url": URL, "format": "event_id_only", "own": [1, {"two": 2.5}]}
    wanted = pusher(profile_tag="xyz", data=data)
    (await alice.post("/pushers/set", wanted)).ok()
    assert await pushers(alice) == [wanted]
    again = pusher(lang="zh-CN")
    (await alice.post("/pushers/set", again)).ok()
    assert await pushers(alice) == [again]


async def test_only_its_owner_sees_and_removes_it(alice: Person, bob: Person) -> None:
    (await alice.post("/pushers/set", pusher())).ok()
    assert await pushers(bob) == []
    gone = {"kind": None, "app_id": "org.example.app", "pushkey": "key1"}
    (await bob.post("/pushers/set", gone)).refused(404, "M_NOT_FOUND")
    assert len(await pushers(alice)) == 1
    (await alice.post("/pushers/set", gone)).ok()
    assert await pushers(alice) == []
    (await alice.post("/pushers/set", gone)).refused(404, "M_NOT_FOUND")


async def test_a_pushkey_moves_to_another_person_unless_it_is_appended(
    alice: Person, bob: Person
) -> None:
    (await alice.post("/pushers/set", pusher())).ok()
    (await bob.post("/pushers/set", pusher(append=True))).ok()
    assert len(await pushers(alice)) == len(await pushers(bob)) == 1
    (await bob.post("/pushers/set", pusher(app_id="org.example.other"))).ok()
    assert len(await pushers(alice)) == 1
    (await bob.post("/pushers/set", pusher())).ok()
    assert await pushers(alice) == []
    assert len(await pushers(bob)) == 2


async def test_a_pusher_goes_with_the_device_that_set_it(alice: Person) -> None:
    phone = await alice.another_device()
    (await phone.post("/pushers/set", pusher())).ok()
    (await alice.post("/pushers/set", pusher(pushkey="key2"))).ok()
    (await phone.post("/logout")).ok()
    assert [one["pushkey"] for one in await pushers(alice)] == ["key2"]


@pytest.mark.parametrize("name", list(pusher()))
async def test_what_is_missing_is_named(alice: Person, name: str) -> None:
    body = pusher()
    del body[name]
    answer = (await alice.post("/pushers/set", body)).refused(400, "M_MISSING_PARAM")
    assert name in answer["error"]
    assert await pushers(alice) == []


@pytest.mark.parametrize(
    ("more", "errcode"),
    [
        ({"kind": "email"}, "M_INVALID_PARAM"),
        ({"kind": 1}, "M_INVALID_PARAM"),
        ({"app_id": "x" * 65}, "M_INVALID_PARAM"),
        ({"app_id": ""}, "M_INVALID_PARAM"),
        ({"app_id": 7}, "M_BAD_JSON"),
        ({"pushkey": "茶" * 171}, "M_INVALID_PARAM"),
        ({"pushkey": "a\0b"}, "M_INVALID_PARAM"),
        ({"lang": None}, "M_BAD_JSON"),
        ({"lang": "x" * 1001}, "M_INVALID_PARAM"),
        ({"profile_tag": 1}, "M_BAD_JSON"),
        ({"append": "yes"}, "M_BAD_JSON"),
        ({"data": []}, "M_BAD_JSON"),
        ({"data": {}}, "M_MISSING_PARAM"),
        ({"data": {"url": 1}}, "M_BAD_JSON"),
        ({"data": {"url": URL, "format": 1}}, "M_BAD_JSON"),
        ({"data": {"url": URL, "x": "x" * 4096}}, "M_INVALID_PARAM"),
    ],
)
async def test_what_can_not_be_is_refused(
    alice: Person, more: dict[str, Any], errcode: str
) -> None:
    (await alice.post("/pushers/set", pusher(**more))).refused(400, errcode)
    assert await pushers(alice) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example.org/_matrix/push/v1/notify",
        "https://push.example.org/_matrix/push/v1/notify/",
        "https://push.example.org/notify",
        "https://push.example.org/",
        "https://127.0.0.1/_matrix/push/v1/notify",
        "https://[::ffff:10.0.0.1]/_matrix/push/v1/notify",
        "https://me:secret@push.example.org/_matrix/push/v1/notify",
        "javascript:alert(1)",
    ],
)
async def test_a_url_must_be_one_of_a_gateway_in_the_open_internet(alice: Person, url: str) -> None:
    (await alice.post("/pushers/set", pusher(url))).refused(400, "M_INVALID_PARAM")


async def test_nobody_has_too_many(alice: Person) -> None:
    for number in range(100):
        (await alice.post("/pushers/set", pusher(pushkey=f"key{number}"))).ok()
    (await alice.post("/pushers/set", pusher(pushkey="more"))).refused(413, "M_TOO_LARGE")
    (await alice.post("/pushers/set", pusher(pushkey="key7", lang="fr"))).ok()
    assert len(await pushers(alice)) == 100


async def test_who_is_not_signed_in_has_none(alice: Person) -> None:
    (await alice.call("GET", "/pushers", token="nobody")).refused(401, "M_UNKNOWN_TOKEN")
    (await alice.call("POST", "/pushers/set", pusher(), token="x")).refused(401, "M_UNKNOWN_TOKEN")
    await asyncio.gather(*(alice.post("/pushers/set", body) for body in (b"{", b"[]", b"")))
    assert await pushers(alice) == []
