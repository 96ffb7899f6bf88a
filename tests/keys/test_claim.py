"""One-time keys are handed out once; then the fallback key."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.keys.crypto import claim, one_time_keys, publish
from tests.people import Person
from tests.server import Server


async def stock(person: Person, *names: str, fallback: str | None = None) -> None:
    key = await publish(person)
    body: dict[str, Any] = {"one_time_keys": one_time_keys(key, *names)}
    if fallback is not None:
        body["fallback_keys"] = one_time_keys(key, fallback, fallback=True)
    (await person.post("/keys/upload", body)).ok()


async def unused_fallbacks(server: Server, person: Person) -> list[str]:
    counts = await server.teahouse.keys.counts.load(person.user_id, person.device_id)
    return counts.unused_fallback_types


async def test_twenty_claims_of_ten_keys_at_once_get_each_key_once_then_the_fallback(
    alice: Person, bob: Person, server: Server
) -> None:
    await stock(bob, *(f"key{n}" for n in range(10)), fallback="last")
    assert await unused_fallbacks(server, bob) == ["signed_curve25519"]
    claimed = await asyncio.gather(*(claim(alice, bob) for _ in range(20)))
    names = sorted(name for key in claimed for name in key)
    once = [f"signed_curve25519:key{n}" for n in range(10)]
    assert names == sorted([*once, *["signed_curve25519:last"] * 10])
    assert await unused_fallbacks(server, bob) == []


async def test_the_oldest_upload_goes_first(alice: Person, bob: Person) -> None:
    await stock(bob, "z")
    await stock(bob, "a")
    assert list(await claim(alice, bob)) == ["signed_curve25519:z"]
    assert list(await claim(alice, bob)) == ["signed_curve25519:a"]


async def test_a_key_comes_as_it_was_uploaded(alice: Person, bob: Person) -> None:
    key = await publish(bob)
    uploaded = one_time_keys(key, "a")
    await bob.post("/keys/upload", {"one_time_keys": uploaded})
    assert await claim(alice, bob) == uploaded


async def test_nothing_is_claimed_where_nothing_is_left(alice: Person, bob: Person) -> None:
    await stock(bob, "only")
    assert await claim(alice, bob) is not None
    assert await claim(alice, bob) is None
    assert await claim(alice, bob, "curve25519") is None


async def test_a_new_fallback_key_is_unused_and_the_same_again_stays_used(
    alice: Person, bob: Person, server: Server
) -> None:
    key = await publish(bob)
    first = {"fallback_keys": one_time_keys(key, "one", fallback=True)}
    await bob.post("/keys/upload", first)
    await claim(alice, bob)
    await bob.post("/keys/upload", first)
    assert await unused_fallbacks(server, bob) == []
    await bob.post("/keys/upload", {"fallback_keys": one_time_keys(key, "two", fallback=True)})
    assert await unused_fallbacks(server, bob) == ["signed_curve25519"]
    assert list(await claim(alice, bob)) == ["signed_curve25519:two"]


async def test_claims_for_many_devices_come_together(
    alice: Person, bob: Person, carol: Person
) -> None:
    phone = await bob.another_device()
    for device in (bob, phone, carol):
        await stock(device, "a", "b")
    wanted = {
        bob.user_id: {
            bob.device_id: "signed_curve25519",
            phone.device_id: "signed_curve25519",
            "NOSUCH": "signed_curve25519",
        },
        carol.user_id: {carol.device_id: "signed_curve25519"},
        "@nobody:localhost": {"X": "signed_curve25519"},
        "@bob:elsewhere.example": {"X": "signed_curve25519"},
    }
    answer = (await alice.post("/keys/claim", {"one_time_keys": wanted, "timeout": 5})).ok()
    assert answer["failures"] == {}
    found = answer["one_time_keys"]
    assert found.keys() == {bob.user_id, carol.user_id}
    assert found[bob.user_id].keys() == {bob.device_id, phone.device_id}


async def test_a_claim_tells_the_devices_owner(alice: Person, bob: Person, server: Server) -> None:
    await stock(bob, "a")
    counts = server.teahouse.keys.counts
    assert (await counts.load(bob.user_id, bob.device_id)).one_time_key_counts == {
        "signed_curve25519": 1
    }
    await claim(alice, bob)
    assert counts.cached(bob.user_id, bob.device_id) is None


async def test_keys_of_a_deleted_device_are_gone(alice: Person, bob: Person) -> None:
    phone = await bob.another_device()
    await stock(phone, "a", fallback="f")
    await stock(bob, "b")
    await phone.post("/logout")
    assert await claim(alice, phone) is None
    assert await claim(alice, bob) is not None


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        1,
        [],
        {"@bob:localhost": 1},
        {"@bob:localhost": {"A": 1}},
        {"@bob:localhost": {"A": None}},
        {"@bob:localhost": {"A": {}}},
        {"@bob:localhost": {"A": "x" * 300}},
        {"@bob:localhost": {"A": "\x00"}},
        {"\x00": {"A": "a"}},
    ],
)
async def test_wrong_types_are_refused(alice: Person, wanted: Any) -> None:
    (await alice.post("/keys/claim", {"one_time_keys": wanted})).refused(400, "M_BAD_JSON")
    (await alice.post("/keys/claim", {})).refused(400, "M_BAD_JSON")


async def test_too_many_at_once_are_refused(alice: Person) -> None:
    wanted = {"@bob:localhost": {f"D{n}": "a" for n in range(5001)}}
    (await alice.post("/keys/claim", {"one_time_keys": wanted})).refused(413, "M_TOO_LARGE")


async def test_without_a_token_nothing_is_claimed(alice: Person, bob: Person) -> None:
    await stock(bob, "a")
    body = {"one_time_keys": {bob.user_id: {bob.device_id: "signed_curve25519"}}}
    (await alice.call("POST", "/keys/claim", body, token="")).refused(401, "M_MISSING_TOKEN")
    assert await claim(alice, bob) is not None
