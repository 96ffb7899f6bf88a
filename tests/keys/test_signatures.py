"""Signatures that come after the keys they are on: which are taken, and who sees them."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.homeserver.keys import lists
from tests.keys.crypto import CrossSigning, SigningKey, cross_sign, publish, query
from tests.people import PASSWORD, Person
from tests.server import Server


async def sign(person: Person, user_id: str, name: str, value: Any) -> dict[str, Any]:
    """The failures."""
    answer = await person.post("/keys/signatures/upload", {user_id: {name: value}})
    failures: dict[str, Any] = answer.ok()["failures"]
    return failures


def errcode(failures: dict[str, Any], user_id: str, name: str) -> str:
    code: str = failures[user_id][name]["errcode"]
    return code


async def device_of(viewer: Person, owner: Person) -> dict[str, Any]:
    device: dict[str, Any] = (await query(viewer, owner))["device_keys"][owner.user_id][
        owner.device_id
    ]
    return device


async def master_of(viewer: Person, owner: Person) -> dict[str, Any]:
    key: dict[str, Any] = (await query(viewer, owner))["master_keys"][owner.user_id]
    return key


def signers(value: dict[str, Any], user_id: str) -> set[str]:
    return set(value.get("signatures", {}).get(user_id, {}))


async def test_a_device_signed_by_its_user_is_seen_so_by_all(alice: Person, bob: Person) -> None:
    device, keys = await publish(alice), await cross_sign(alice)
    signed = keys.self_signing.sign(await device_of(alice, alice))
    assert await sign(alice, alice.user_id, alice.device_id, signed) == {}
    for viewer in (alice, bob):
        assert signers(await device_of(viewer, alice), alice.user_id) == {
            device.key_id,
            keys.self_signing.key_id,
        }


async def test_the_master_key_signed_by_a_device_is_seen_so_by_all(
    alice: Person, bob: Person
) -> None:
    device, keys = await publish(alice), await cross_sign(alice)
    signed = device.sign(keys.public("master"))
    assert await sign(alice, alice.user_id, keys.master.public_key, signed) == {}
    for viewer in (alice, bob):
        assert signers(await master_of(viewer, alice), alice.user_id) == {device.key_id}


async def test_who_verified_whom_is_seen_by_the_verifier_only(
    alice: Person, bob: Person, carol: Person
) -> None:
    mine, theirs = await cross_sign(alice), await cross_sign(bob)
    signed = mine.user_signing.sign(theirs.public("master"))
    assert await sign(alice, bob.user_id, theirs.master.public_key, signed) == {}
    assert signers(await master_of(alice, bob), alice.user_id) == {mine.user_signing.key_id}
    for viewer in (bob, carol):
        assert signers(await master_of(viewer, bob), alice.user_id) == set()


async def test_a_signature_smuggled_in_with_a_key_is_not_shown(
    alice: Person, bob: Person, carol: Person
) -> None:
    keys = CrossSigning(alice.user_id)
    body = keys.upload()
    other = SigningKey(carol.user_id)
    body["master_key"] = other.sign(keys.user_signing.sign(body["master_key"]))
    (await alice.post("/keys/device_signing/upload", body)).ok()
    assert (await master_of(bob, alice))["signatures"] == {alice.user_id: {}}
    own = await master_of(alice, alice)
    assert own["signatures"].keys() == {alice.user_id}
    assert signers(own, alice.user_id) == {keys.user_signing.key_id}


async def test_a_wrong_signature_is_refused(alice: Person) -> None:
    await publish(alice)
    keys = await cross_sign(alice)
    device = await device_of(alice, alice)
    name = alice.device_id
    wrong = keys.self_signing.sign(device)
    wrong["signatures"][alice.user_id][keys.self_signing.key_id] = "A" * 86
    by_another = CrossSigning(alice.user_id).self_signing.sign(device)
    by_the_wrong_key = keys.master.sign(device)
    for value in (wrong, by_another, by_the_wrong_key, device):
        failures = await sign(alice, alice.user_id, name, value)
        assert errcode(failures, alice.user_id, name) == "M_INVALID_SIGNATURE"
    assert signers(await device_of(alice, alice), alice.user_id) == {f"ed25519:{name}"}


async def test_what_was_signed_must_be_what_the_server_has(alice: Person) -> None:
    await publish(alice)
    keys = await cross_sign(alice)
    other = {**await device_of(alice, alice), "algorithms": []}
    signed = keys.self_signing.sign(other)
    failures = await sign(alice, alice.user_id, alice.device_id, signed)
    assert errcode(failures, alice.user_id, alice.device_id) == "M_INVALID_PARAM"


async def test_what_is_not_there_can_not_be_signed(alice: Person, bob: Person) -> None:
    await publish(alice)
    await publish(bob)
    device = await device_of(alice, alice)
    own = SigningKey(alice.user_id).sign(device)
    failures = await sign(alice, alice.user_id, alice.device_id, own)
    assert errcode(failures, alice.user_id, alice.device_id) == "M_NOT_FOUND"
    mine = await cross_sign(alice)
    for user_id, name in ((alice.user_id, "NOSUCH"), (bob.user_id, "x"), ("@no:localhost", "x")):
        failures = await sign(alice, user_id, name, mine.user_signing.sign(device))
        assert errcode(failures, user_id, name) == "M_NOT_FOUND"


async def test_nobody_signs_the_device_of_another(alice: Person, bob: Person) -> None:
    await publish(bob)
    mine = await cross_sign(alice)
    await cross_sign(bob)
    signed = mine.self_signing.sign(await device_of(alice, bob))
    failures = await sign(alice, bob.user_id, bob.device_id, signed)
    assert errcode(failures, bob.user_id, bob.device_id) == "M_NOT_FOUND"


async def test_a_refused_signature_does_not_keep_the_others_out(alice: Person) -> None:
    await publish(alice)
    keys = await cross_sign(alice)
    signed = keys.self_signing.sign(await device_of(alice, alice))
    body = {alice.user_id: {"NOSUCH": signed, alice.device_id: signed}}
    failures = (await alice.post("/keys/signatures/upload", body)).ok()["failures"]
    assert failures.keys() == {alice.user_id}
    assert failures[alice.user_id].keys() == {"NOSUCH"}
    found = await device_of(alice, alice)
    assert keys.self_signing.key_id in signers(found, alice.user_id)


async def test_signing_oneself_is_told_to_all_and_signing_another_to_oneself(
    alice: Person, bob: Person, server: Server
) -> None:
    await publish(alice)
    mine, theirs = await cross_sign(alice), await cross_sign(bob)
    log, read = server.teahouse.log, server.teahouse.database.read
    head = log.head
    signed = mine.user_signing.sign(theirs.public("master"))
    await sign(alice, bob.user_id, theirs.master.public_key, signed)
    assert await read(lists.changed_users, head, log.head) == []
    assert await read(lists.signed_users, alice.user_id, head, log.head) == [bob.user_id]
    assert await read(lists.signed_users, bob.user_id, head, log.head) == []
    head = log.head
    signed = mine.self_signing.sign(await device_of(alice, alice))
    await sign(alice, alice.user_id, alice.device_id, signed)
    assert await read(lists.changed_users, head, log.head) == [alice.user_id]
    head = log.head
    await sign(alice, alice.user_id, alice.device_id, signed)
    assert await read(lists.changed_users, head, log.head) == []


async def test_signatures_by_a_replaced_key_are_gone(alice: Person) -> None:
    device, keys = await publish(alice), await cross_sign(alice)
    signed = keys.self_signing.sign(await device_of(alice, alice))
    await sign(alice, alice.user_id, alice.device_id, signed)
    new = CrossSigning(alice.user_id).upload()
    new["auth"] = {"type": "m.login.password", "user": alice.user_id, "password": PASSWORD}
    (await alice.post("/keys/device_signing/upload", new)).ok()
    assert signers(await device_of(alice, alice), alice.user_id) == {device.key_id}


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"@alice:localhost": 1},
        {"@alice:localhost": {"A": 1}},
        {"@alice:localhost": {"A": []}},
        {"@alice:localhost": {"A\x00": {}}},
        {"@alice:localhost": {"A": {"signatures": {}, "float": 1.5}}},
    ],
)
async def test_wrong_types_are_refused(alice: Person, body: Any) -> None:
    (await alice.post("/keys/signatures/upload", body)).refused(400, "M_BAD_JSON")


@pytest.mark.parametrize("signatures", [None, 1, [], {"@alice:localhost": 1}, {"a": {"b": 1}}])
async def test_signatures_of_a_wrong_type_are_failures(alice: Person, signatures: Any) -> None:
    await publish(alice)
    await cross_sign(alice)
    value = {**await device_of(alice, alice), "signatures": signatures}
    failures = await sign(alice, alice.user_id, alice.device_id, value)
    assert errcode(failures, alice.user_id, alice.device_id) == "M_BAD_JSON"


async def test_too_many_at_once_are_refused(alice: Person) -> None:
    body: dict[str, Any] = {alice.user_id: {str(n): {} for n in range(501)}}
    (await alice.post("/keys/signatures/upload", body)).refused(413, "M_TOO_LARGE")


async def test_without_a_token_nothing_is_signed(alice: Person) -> None:
    answer = await alice.call("POST", "/keys/signatures/upload", {}, token="")
    answer.refused(401, "M_MISSING_TOKEN")
