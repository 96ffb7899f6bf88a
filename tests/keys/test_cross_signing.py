"""Cross-signing keys: published once freely, changed with the password, seen by their readers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from teahouse.homeserver.keys import lists
from tests.keys.crypto import CrossSigning, SigningKey, cross_sign, publish, query
from tests.people import PASSWORD, Answer, Person, sign_in
from tests.server import Server


async def upload(person: Person, body: Any) -> Answer:
    return await person.post("/keys/device_signing/upload", body)


def proof(person: Person, password: str = PASSWORD) -> dict[str, Any]:
    return {
        "auth": {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": person.user_id},
            "password": password,
        }
    }


async def test_the_first_keys_are_published_without_a_password(alice: Person, bob: Person) -> None:
    keys = CrossSigning(alice.user_id)
    (await upload(alice, keys.upload())).ok()
    for viewer in (alice, bob):
        found = await query(viewer, alice)
        assert found["master_keys"][alice.user_id]["keys"] == keys.public("master")["keys"]
        signed = keys.master.sign(keys.public("self_signing"))
        assert found["self_signing_keys"][alice.user_id] == signed


async def test_only_its_owner_sees_a_user_signing_key(alice: Person, bob: Person) -> None:
    keys = await cross_sign(alice)
    own = await query(alice, alice)
    assert own["user_signing_keys"] == {
        alice.user_id: keys.master.sign(keys.public("user_signing"))
    }
    assert (await query(bob, alice))["user_signing_keys"] == {}


async def test_the_same_keys_again_need_no_password(alice: Person) -> None:
    keys = await cross_sign(alice)
    (await upload(alice, keys.upload())).ok()
    (await upload(alice, {"master_key": keys.public("master")})).ok()


async def test_other_keys_need_the_password(alice: Person) -> None:
    old = await cross_sign(alice)
    new = CrossSigning(alice.user_id)
    asked = await upload(alice, new.upload())
    assert asked.status == 401
    assert {"stages": ["m.login.password"]} in asked["flows"]
    assert (await upload(alice, new.upload() | proof(alice, "guess"))).status == 401
    # Given back as it was: it came without signatures.
    assert (await query(alice, alice))["master_keys"][alice.user_id] == old.public("master")
    (await upload(alice, new.upload() | proof(alice))).ok()
    found = await query(alice, alice)
    assert found["master_keys"][alice.user_id]["keys"] == new.public("master")["keys"]


@pytest.mark.parametrize("usage", ["self_signing", "user_signing"])
async def test_another_key_below_the_same_master_needs_the_password(
    alice: Person, usage: str
) -> None:
    keys = await cross_sign(alice)
    other = CrossSigning(alice.user_id)
    body = {f"{usage}_key": keys.master.sign(other.public(usage))}
    assert (await upload(alice, body)).status == 401
    (await upload(alice, body | proof(alice))).ok()
    found = (await query(alice, alice))[f"{usage}_keys"][alice.user_id]
    assert found["keys"] == other.public(usage)["keys"]


async def test_of_two_first_sets_at_once_one_needs_the_password(alice: Person) -> None:
    sets = [CrossSigning(alice.user_id), CrossSigning(alice.user_id)]
    answers = await asyncio.gather(*(upload(alice, keys.upload()) for keys in sets))
    assert sorted(answer.status for answer in answers) == [200, 401]


async def test_a_new_master_key_takes_along_what_the_old_one_signed(alice: Person) -> None:
    await cross_sign(alice)
    master = {"master_key": CrossSigning(alice.user_id).public("master")}
    (await upload(alice, master | proof(alice))).ok()
    found = await query(alice, alice)
    assert found["self_signing_keys"] == found["user_signing_keys"] == {}


async def test_other_keys_must_be_signed_by_the_master_key(alice: Person) -> None:
    keys, stranger = CrossSigning(alice.user_id), CrossSigning(alice.user_id)
    whole = keys.upload()
    unsigned = whole | {"self_signing_key": keys.public("self_signing")}
    (await upload(alice, unsigned)).refused(400, "M_INVALID_SIGNATURE")
    by_another = whole | {"user_signing_key": stranger.master.sign(keys.public("user_signing"))}
    (await upload(alice, by_another)).refused(400, "M_INVALID_SIGNATURE")
    changed = {**whole["self_signing_key"], "more": 1}
    (await upload(alice, whole | {"self_signing_key": changed})).refused(400, "M_INVALID_SIGNATURE")
    assert (await query(alice, alice))["master_keys"] == {}


async def test_without_a_master_key_there_are_no_others(alice: Person) -> None:
    keys = CrossSigning(alice.user_id).upload()
    del keys["master_key"]
    (await upload(alice, keys)).refused(400, "M_MISSING_PARAM")
    (await upload(alice, {})).refused(400, "M_MISSING_PARAM")


async def test_keys_of_another_user_are_refused(alice: Person, bob: Person) -> None:
    (await upload(alice, CrossSigning(bob.user_id).upload())).refused(400, "M_INVALID_PARAM")
    assert (await query(alice, bob))["master_keys"] == {}


async def test_a_key_must_not_have_the_name_of_a_device(alice: Person) -> None:
    keys = CrossSigning(alice.user_id)
    named = await alice.post(
        "/login",
        {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": alice.user_id},
            "password": PASSWORD,
            "device_id": keys.master.public_key,
        },
    )
    named.ok()
    (await upload(alice, keys.upload())).refused(403, "M_FORBIDDEN")


async def test_a_device_must_not_have_the_name_of_a_key(alice: Person) -> None:
    keys = await cross_sign(alice)
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": alice.user_id},
        "password": PASSWORD,
        "device_id": keys.self_signing.public_key,
    }
    (await alice.post("/login", login)).refused(403, "M_FORBIDDEN")
    assert len((await alice.get("/devices"))["devices"]) == 1
    await sign_in(alice.http, alice.user_id)


async def test_new_keys_are_told_to_those_who_follow(alice: Person, server: Server) -> None:
    head = server.teahouse.log.head
    keys = await cross_sign(alice)
    log, read = server.teahouse.log, server.teahouse.database.read
    assert await read(lists.changed_users, head, log.head) == [alice.user_id]
    head = log.head
    (await upload(alice, keys.upload())).ok()
    assert await read(lists.changed_users, head, log.head) == []


async def test_a_new_user_signing_key_is_told_to_its_owner_alone(
    alice: Person, bob: Person
) -> None:
    keys = await cross_sign(alice)
    await bob.join(await alice.create_room(preset="public_chat"))
    for person in (alice, bob):
        await person.sync()
    other = keys.master.sign(CrossSigning(alice.user_id).public("user_signing"))
    (await upload(alice, {"user_signing_key": other} | proof(alice))).ok()
    assert (await alice.sync())["device_lists"]["changed"] == [alice.user_id]
    assert "device_lists" not in (await bob.sync()).body


def wrong_keys(alice: str) -> list[Any]:
    good = CrossSigning(alice).public("master")
    [(key_id, public_key)] = good["keys"].items()
    return [
        {**good, "usage": []},
        {**good, "usage": ["self_signing"]},
        {**good, "keys": {key_id: "other"}},
        {**good, "keys": {"curve25519:" + public_key: public_key}},
        {**good, "keys": {"ed25519:short": "short"}},
        {**good, "keys": {"ed25519:" + "=" * 43: "=" * 43}},
    ]


async def test_malformed_keys_are_refused(alice: Person) -> None:
    for key in wrong_keys(alice.user_id):
        (await upload(alice, {"master_key": key})).refused(400, "M_INVALID_PARAM")


@pytest.mark.parametrize("field", ["master_key", "self_signing_key", "user_signing_key"])
async def test_wrong_types_are_refused(alice: Person, field: str) -> None:
    good = CrossSigning(alice.user_id).public("master")
    wrongs: list[Any] = [
        1,
        [],
        {},
        {**good, "user_id": 1},
        {**good, "usage": "master"},
        {**good, "usage": [1]},
        {**good, "keys": {}},
        {**good, "keys": {"a": 1}},
        {**good, "keys": {"a": "a", "b": "b"}},
        {**good, "signatures": []},
        {**good, "signatures": {"a": "b"}},
        {**good, "signatures": {"a": {"b": 1}}},
        {**good, "float": 0.5},
    ]
    for wrong in wrongs:
        (await upload(alice, {field: wrong})).refused(400, "M_BAD_JSON")
    (await upload(alice, {"auth": 1})).refused(400, "M_BAD_JSON")


async def test_without_a_token_nothing_is_published(alice: Person) -> None:
    body = CrossSigning(alice.user_id).upload()
    answer = await alice.call("POST", "/keys/device_signing/upload", body, token="")
    answer.refused(401, "M_MISSING_TOKEN")


async def test_a_master_key_may_come_with_the_signature_of_a_device(
    alice: Person, bob: Person
) -> None:
    device: SigningKey = await publish(alice)
    keys = CrossSigning(alice.user_id)
    body = keys.upload()
    body["master_key"] = device.sign(body["master_key"])
    (await upload(alice, body)).ok()
    assert (await query(bob, alice))["master_keys"][alice.user_id] == body["master_key"]
