"""A device publishes its keys."""

from __future__ import annotations

from typing import Any

import pytest

from tests.keys.crypto import device_key_of, device_keys, one_time_keys, publish, query
from tests.people import Answer, Person
from tests.server import Server


async def upload(person: Person, **keys: Any) -> Answer:
    return await person.post("/keys/upload", keys)


def left(answer: Answer) -> int:
    count: int = answer.ok()["one_time_key_counts"]["signed_curve25519"]
    return count


async def test_identity_keys_are_given_as_they_came(alice: Person, bob: Person) -> None:
    keys = device_keys(alice, device_key_of(alice), extra="kept, since it is signed")
    assert left(await upload(alice, device_keys=keys)) == 0
    found = (await query(bob, alice))["device_keys"][alice.user_id][alice.device_id]
    assert {name: value for name, value in found.items() if name != "unsigned"} == keys


async def test_keys_of_another_user_or_device_are_refused(alice: Person, bob: Person) -> None:
    key = device_key_of(alice)
    for foreign in (
        device_keys(bob, device_key_of(bob)),
        device_keys(alice, key, device_id="OTHER"),
        device_keys(alice, key, user_id=bob.user_id),
    ):
        (await upload(alice, device_keys=foreign)).refused(400, "M_INVALID_PARAM")
    assert (await query(bob, alice))["device_keys"] == {alice.user_id: {}}


async def test_one_time_keys_are_counted(alice: Person) -> None:
    key = await publish(alice)
    assert left(await upload(alice, one_time_keys=one_time_keys(key, "a", "b"))) == 2
    assert left(await upload(alice, one_time_keys=one_time_keys(key, "c"))) == 3
    assert left(await upload(alice)) == 3


async def test_the_same_one_time_key_again_is_fine(alice: Person) -> None:
    key = await publish(alice)
    again = one_time_keys(key, "a")
    await upload(alice, one_time_keys=again)
    assert left(await upload(alice, one_time_keys=again)) == 1


async def test_another_key_under_the_same_name_is_refused_with_all_of_its_upload(
    alice: Person,
) -> None:
    key = await publish(alice)
    await upload(alice, one_time_keys=one_time_keys(key, "a"))
    other = one_time_keys(key, "a", "b", other=True)
    (await upload(alice, one_time_keys=other)).refused(400, "M_INVALID_PARAM")
    assert left(await upload(alice)) == 1


async def test_a_device_has_at_most_200_one_time_keys(alice: Person) -> None:
    key = await publish(alice)
    names = [str(n) for n in range(201)]
    (await upload(alice, one_time_keys=one_time_keys(key, *names))).refused(413, "M_TOO_LARGE")
    assert left(await upload(alice, one_time_keys=one_time_keys(key, *names[:200]))) == 200
    more = one_time_keys(key, "more")
    (await upload(alice, one_time_keys=more)).refused(413, "M_TOO_LARGE")


async def test_only_one_fallback_key_for_each_algorithm(alice: Person) -> None:
    key = await publish(alice)
    two = one_time_keys(key, "a", "b", fallback=True)
    (await upload(alice, fallback_keys=two)).refused(400, "M_INVALID_PARAM")
    one = one_time_keys(key, "a", fallback=True)
    assert left(await upload(alice, fallback_keys=one)) == 0


async def test_unsigned_keys_of_other_algorithms_are_taken(alice: Person) -> None:
    answer = await upload(alice, one_time_keys={"curve25519:AAAA": "a public key"})
    assert answer.ok()["one_time_key_counts"] == {"curve25519": 1, "signed_curve25519": 0}


WRONG = [
    {"device_keys": 1},
    {"device_keys": []},
    {"device_keys": {}},
    {"one_time_keys": 1},
    {"one_time_keys": []},
    {"one_time_keys": {"signed_curve25519:a": 1}},
    {"one_time_keys": {"signed_curve25519:a": None}},
    {"one_time_keys": {"signed_curve25519:a": {}}},
    {"one_time_keys": {"signed_curve25519:a": {"key": 1, "signatures": {}}}},
    {"one_time_keys": {"signed_curve25519:a": {"key": "a", "signatures": []}}},
    {"one_time_keys": {"signed_curve25519:a": {"key": "a", "signatures": {"@a:b": {"c": 1}}}}},
    {"one_time_keys": {"signed_curve25519:\x00": "a"}},
    {"one_time_keys": {"signed_curve25519:" + "a" * 300: "a"}},
    {"one_time_keys": {"signed_curve25519:a": {"key": "a", "signatures": {}, "float": 1.5}}},
    {"fallback_keys": "a"},
    {"fallback_keys": {"signed_curve25519:a": []}},
]


@pytest.mark.parametrize("body", WRONG)
async def test_wrong_types_are_refused(alice: Person, body: Any) -> None:
    (await alice.post("/keys/upload", body)).refused(400, "M_BAD_JSON")


@pytest.mark.parametrize("field", ["user_id", "device_id", "algorithms", "keys", "signatures"])
async def test_every_field_of_identity_keys_is_needed_and_checked(
    alice: Person, field: str
) -> None:
    whole = device_keys(alice, device_key_of(alice))
    for wrong in (1, None, {"a": {"b": 1}}, [1]):
        body = {"device_keys": {**whole, field: wrong}}
        (await alice.post("/keys/upload", body)).refused(400, "M_BAD_JSON")
    if field != "signatures":
        without = {name: value for name, value in whole.items() if name != field}
        (await alice.post("/keys/upload", {"device_keys": without})).refused(400, "M_BAD_JSON")


async def test_keys_that_nobody_signed_are_given_with_no_signatures(
    alice: Person, bob: Person
) -> None:
    keys = device_keys(alice, device_key_of(alice))
    signed = keys.pop("signatures")
    assert left(await upload(alice, device_keys=keys)) == 0
    found = (await query(bob, alice))["device_keys"][alice.user_id][alice.device_id]
    assert (found["keys"], found["signatures"]) == (keys["keys"], {})
    await upload(alice, device_keys=keys | {"signatures": signed})
    found = (await query(bob, alice))["device_keys"][alice.user_id][alice.device_id]
    assert found["signatures"] == signed


@pytest.mark.parametrize("key_id", ["signed_curve25519", ":a", "signed_curve25519:"])
async def test_a_key_id_names_its_algorithm(alice: Person, key_id: str) -> None:
    (await upload(alice, one_time_keys={key_id: "a"})).refused(400, "M_INVALID_PARAM")


async def test_large_keys_are_refused(alice: Person) -> None:
    keys = device_keys(alice, device_key_of(alice), padding="x" * 40_000)
    (await upload(alice, device_keys=keys)).refused(413, "M_TOO_LARGE")
    large = {"curve25519:a": "x" * 5000}
    (await upload(alice, one_time_keys=large)).refused(413, "M_TOO_LARGE")


async def test_without_a_token_nothing_is_published(alice: Person) -> None:
    (await alice.call("POST", "/keys/upload", {}, token="")).refused(401, "M_MISSING_TOKEN")


async def test_counts_are_remembered_until_a_commit_changes_them(
    alice: Person, bob: Person, server: Server
) -> None:
    counts = server.teahouse.keys.counts
    name = (alice.user_id, alice.device_id)
    assert counts.cached(*name) is None
    assert await counts.load(*name) == ({"signed_curve25519": 0}, [])
    assert counts.cached(*name) == ({"signed_curve25519": 0}, [])
    key = await publish(alice)
    await upload(
        alice,
        one_time_keys=one_time_keys(key, "a"),
        fallback_keys=one_time_keys(key, "f", fallback=True),
    )
    assert counts.cached(*name) is None
    assert await counts.load(*name) == ({"signed_curve25519": 1}, ["signed_curve25519"])
    await publish(bob)
    assert counts.cached(*name) is not None
