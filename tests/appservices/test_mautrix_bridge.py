"""A real bridge framework: mautrix as the bridge, matrix-nio as the client of the human."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from mautrix.types import RoomID
from nio.event_builders import EnableEncryptionBuilder
from nio.responses import RoomCreateResponse

from teahouse.config import Config
from tests.appservices.bridging import registration, write
from tests.appservices.mautrix_bridge import GHOST, bridging, free_port
from tests.clients.nio_person import NioPerson, signed_in
from tests.people import Person, client_of, sign_up
from tests.server import running

SECONDS = 30


async def test_a_mautrix_bridge_reads_and_speaks_in_an_encrypted_room(
    settings: Config, tmp_path: Path
) -> None:
    port = free_port()
    said = registration(f"http://127.0.0.1:{port}") | {
        "rate_limited": False,
        "receive_ephemeral": True,
        "de.sorunome.msc2409.push_ephemeral": True,
        "org.matrix.msc3202": True,
        "io.element.msc4190": True,
    }
    settings = replace(settings, appservices=str(write(tmp_path / "mautrix.yaml", said)))
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        async with (
            bridging(server.url, port) as bridge,
            signed_in(server.url, alice.user_id, tmp_path / "alice") as human,
        ):
            assert await bridge.service.ping_self() >= 0
            room_id = await encrypted_room_with_ghost(human)
            for question, answer in (("一壶乌龙", "马上就来"), ("再来一壶", "好的")):
                await human.say(room_id, question)
                async with asyncio.timeout(SECONDS):
                    assert await bridge.read.get() == (alice.user_id, question)
                await bridge.say(RoomID(room_id), answer)
                await human.sync_until_read(GHOST, answer)
            await only_envelopes_are_kept(alice, room_id)


async def encrypted_room_with_ghost(human: NioPerson) -> str:
    created = await human.client.room_create(
        invite=[GHOST], is_direct=True, initial_state=[EnableEncryptionBuilder().as_dict()]
    )
    assert isinstance(created, RoomCreateResponse), created
    room_id = str(created.room_id)
    rooms = human.client.rooms
    async with asyncio.timeout(SECONDS):
        while room_id not in rooms or GHOST not in rooms[room_id].users or is_out(human, room_id):
            await human.sync()
    return room_id


def is_out(human: NioPerson, room_id: str) -> bool:
    return bool(human.client.rooms[room_id].users[GHOST].invited)


async def only_envelopes_are_kept(person: Person, room_id: str) -> None:
    answer = (await person.get(f"/rooms/{room_id}/messages", dir="b", limit=50)).ok()
    said = [event for event in answer["chunk"] if "state_key" not in event]
    assert [event["type"] for event in said] == ["m.room.encrypted"] * 4
    assert "乌龙" not in str(answer.body)
