"""The keys of users and devices, and whose change is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from teahouse.homeserver.keys import lists
from tests.keys.crypto import (
    device_key_of,
    device_keys,
    one_time_keys,
    publish,
    query,
)
from tests.people import Person, segment
from tests.server import Server
from tests.statements import heard


async def changed_since(server: Server, after: int) -> list[str]:
    return await server.teahouse.database.read(lists.changed_users, after, server.teahouse.log.head)


async def test_all_devices_of_a_user_are_found_with_their_names(alice: Person, bob: Person) -> None:
    phone = await bob.another_device()
    await publish(bob)
    await publish(phone)
    await bob.put(f"/devices/{phone.device_id}", {"display_name": "phone"})
    found = (await query(alice, bob))["device_keys"][bob.user_id]
    assert found.keys() == {bob.device_id, phone.device_id}
    assert found[phone.device_id]["unsigned"] == {"device_display_name": "phone"}


async def test_a_query_may_name_devices(alice: Person, bob: Person) -> None:
    phone = await bob.another_device()
    await publish(bob)
    await publish(phone)
    body = {"device_keys": {bob.user_id: [phone.device_id, "NOSUCH"]}, "timeout": 10}
    found = (await alice.post("/keys/query", body)).ok()["device_keys"][bob.user_id]
    assert found.keys() == {phone.device_id}


async def test_a_device_without_keys_is_not_found(alice: Person, bob: Person) -> None:
    assert (await query(alice, bob))["device_keys"] == {bob.user_id: {}}


async def test_users_elsewhere_are_left_out(alice: Person) -> None:
    body: dict[str, Any] = {"device_keys": {"@bob:elsewhere.example": [], "nonsense": []}}
    answer = (await alice.post("/keys/query", body)).ok()
    assert (answer["device_keys"], answer["failures"]) == ({}, {})


async def test_new_keys_are_a_change_and_the_same_again_are_not(
    alice: Person, server: Server
) -> None:
    key = device_key_of(alice)
    head = server.teahouse.log.head
    body = {"device_keys": device_keys(alice, key)}
    (await alice.post("/keys/upload", body)).ok()
    assert await changed_since(server, head) == [alice.user_id]
    head = server.teahouse.log.head
    (await alice.post("/keys/upload", body)).ok()
    assert await changed_since(server, head) == []


async def test_a_new_name_or_a_deletion_is_a_change(
    alice: Person, bob: Person, server: Server
) -> None:
    await publish(alice)
    phone = await alice.another_device()
    await publish(phone)
    head = server.teahouse.log.head
    await alice.put(f"/devices/{segment(alice.device_id)}", {"display_name": "x"})
    assert await changed_since(server, head) == [alice.user_id]
    head = server.teahouse.log.head
    await phone.post("/logout")
    assert await changed_since(server, head) == [alice.user_id]
    found = (await query(bob, alice))["device_keys"][alice.user_id]
    assert found.keys() == {alice.device_id}


async def test_a_change_beyond_the_bound_is_not_told(alice: Person, server: Server) -> None:
    head = server.teahouse.log.head
    await publish(alice)
    read = server.teahouse.database.read
    assert await read(lists.changed_users, head, head) == []
    now = server.teahouse.log.head
    assert await read(lists.changed_users, now, now + 10) == []


OWN_TABLES = re.compile(
    r"(?:FROM|INTO|UPDATE) (device|device_key|device_message|one_time_key|key_pool"
    r"|cross_signing_key|key_signature)\b"
)


@contextmanager
def statements_of(server: Server) -> Iterator[list[tuple[str, Any]]]:
    """What the packages of devices and keys run meanwhile, with parameters."""
    own: list[tuple[str, Any]] = []
    with heard(server.teahouse.database.engine) as found:
        yield own
        own += [one for one in found if OWN_TABLES.search(one[0])]


async def ask_for_a_hundred_users(alice: Person) -> None:
    users = [f"@user{n}:localhost" for n in range(100)]
    (await alice.post("/keys/query", {"device_keys": {user: [] for user in users}})).ok()
    keys = {user: {"A": "signed_curve25519", alice.device_id: "b"} for user in users}
    keys[alice.user_id] = {alice.device_id: "signed_curve25519"}
    (await alice.post("/keys/claim", {"one_time_keys": keys})).ok()
    messages: dict[str, Any] = {user: {"*": {}} for user in users}
    (await alice.put("/sendToDevice/m.test/1", {"messages": messages})).ok()


async def test_a_hundred_users_take_a_handful_of_statements(alice: Person, server: Server) -> None:
    key = await publish(alice)
    (await alice.post("/keys/upload", {"one_time_keys": one_time_keys(key, "a")})).ok()
    with statements_of(server) as statements:
        await ask_for_a_hundred_users(alice)
    # 4 for the query, 2 for the claim, 1 for the messages.
    assert len(statements) == 7, [statement for statement, _ in statements]


async def test_every_row_is_found_by_an_index(alice: Person, server: Server) -> None:
    database = server.teahouse.database
    if not database.is_sqlite:
        pytest.skip("PostgreSQL rightly reads small tables whole")
    key = await publish(alice)
    (await alice.post("/keys/upload", {"one_time_keys": one_time_keys(key, "a")})).ok()
    with statements_of(server) as statements:
        await ask_for_a_hundred_users(alice)
    with database.engine.connect() as connection:
        for statement, parameters in statements:
            plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
            steps = [row[3] for row in plan]
            assert not [step for step in steps if re.match("SCAN (?!wanted)", step)], steps


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"device_keys": 1},
        {"device_keys": []},
        {"device_keys": {"@bob:localhost": None}},
        {"device_keys": {"@bob:localhost": {}}},
        {"device_keys": {"@bob:localhost": [1]}},
        {"device_keys": {"@bob\x00:localhost": []}},
        {"device_keys": {"@" + "b" * 300 + ":localhost": []}},
        {"device_keys": {}, "timeout": "1"},
        {"device_keys": {f"@{n}:localhost": [] for n in range(5001)}},
    ],
)
async def test_wrong_types_are_refused(alice: Person, body: Any) -> None:
    (await alice.post("/keys/query", body)).refused(400, "M_BAD_JSON")


async def test_without_a_token_nothing_is_told(alice: Person) -> None:
    body: Any = {"device_keys": {alice.user_id: []}}
    (await alice.call("POST", "/keys/query", body, token="")).refused(401, "M_MISSING_TOKEN")
