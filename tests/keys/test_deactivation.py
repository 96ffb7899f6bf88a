"""What an account leaves behind when it is closed: nothing of its keys and devices."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from teahouse.homeserver.devices import tables as device_tables
from teahouse.homeserver.keys import tables as key_tables
from teahouse.kit.database import ReadTx
from tests.keys.crypto import cross_sign, one_time_keys, publish
from tests.keys.test_backup import ROOM, SESSION, key, new_backup, put
from tests.people import PASSWORD, Person
from tests.server import Server

TABLES = [
    device_tables.device,
    device_tables.device_message,
    key_tables.device_key,
    key_tables.one_time_key,
    key_tables.key_pool,
    key_tables.cross_signing_key,
    key_tables.key_signature,
    key_tables.backup_version,
    key_tables.backup_key,
]


async def rows_of(server: Server, user_id: str) -> dict[str, int]:
    def count(tx: ReadTx) -> dict[str, int]:
        return {
            table.name: tx.scalar(
                sa.select(sa.func.count()).select_from(table).where(table.c.user_id == user_id)
            )
            for table in TABLES
        }

    return await server.teahouse.database.read(count)


@pytest.fixture
async def settled(alice: Person, bob: Person) -> Person:
    """Alice, with something in each table."""
    device, keys = await publish(alice), await cross_sign(alice)
    await alice.post("/keys/upload", {"one_time_keys": one_time_keys(device, "a")})
    signed = device.sign(keys.public("master"))
    body = {alice.user_id: {keys.master.public_key: signed}}
    (await alice.post("/keys/signatures/upload", body)).ok()
    await put(alice, await new_backup(alice), key(), ROOM, SESSION)
    messages: dict[str, Any] = {"messages": {alice.user_id: {"*": {}}}}
    (await bob.put("/sendToDevice/m.test/1", messages)).ok()
    return alice


async def test_a_closed_account_leaves_no_keys(settled: Person, server: Server) -> None:
    assert 0 not in (await rows_of(server, settled.user_id)).values()
    auth = {"type": "m.login.password", "user": settled.user_id, "password": PASSWORD}
    (await settled.post("/account/deactivate", {"auth": auth})).ok()
    assert set((await rows_of(server, settled.user_id)).values()) == {0}


async def test_signing_out_takes_the_devices_things_and_leaves_the_users(
    settled: Person, server: Server
) -> None:
    (await settled.post("/logout")).ok()
    left = {name for name, count in (await rows_of(server, settled.user_id)).items() if count}
    assert left == {"cross_signing_key", "key_signature", "backup_version", "backup_key"}
