"""A bot written with matrix-nio, and a person who uses it from a nio client."""

from __future__ import annotations

from pathlib import Path

from nio import InviteMemberEvent, MatrixRoom
from nio.event_builders import EnableEncryptionBuilder
from nio.responses import JoinResponse, RoomCreateResponse

from tests.clients.nio_person import NioPerson, restarted, signed_in
from tests.clients.nio_verification import verified_by_emoji
from tests.people import Person
from tests.server import Server


async def test_a_nio_bot_talks_in_an_encrypted_room_and_goes_on_after_a_restart(
    server: Server, alice: Person, bob: Person, tmp_path: Path
) -> None:
    async with signed_in(server.url, alice.user_id, tmp_path / "alice") as human:
        async with signed_in(server.url, bob.user_id, tmp_path / "bot") as bot:
            _joins_when_invited(bot)
            room_id = await _encrypted_room(human, bob.user_id)
            while room_id not in bot.client.rooms:
                await bot.sync()
            await _human_sees(human, room_id, bob.user_id)

            await human.say(room_id, "一壶乌龙")
            await bot.sync_until_read(alice.user_id, "一壶乌龙")
            await bot.say(room_id, "马上就来")
            await human.sync_until_read(bob.user_id, "马上就来")
            await _nobody_else_can_read(alice, room_id)

            await verified_by_emoji(human, bot)
            session = bot.session()

        await human.say(room_id, "再来一壶")
        async with restarted(server.url, session, tmp_path / "bot") as bot:
            await bot.sync_until_read(alice.user_id, "再来一壶")
            await bot.say(room_id, "好的")
            await human.sync_until_read(bob.user_id, "好的")


def _joins_when_invited(bot: NioPerson) -> None:
    async def invited(room: MatrixRoom, event: InviteMemberEvent) -> None:
        if event.membership == "invite" and event.state_key == bot.client.user_id:
            answer = await bot.client.join(room.room_id)
            assert isinstance(answer, JoinResponse), answer

    bot.client.add_event_callback(invited, InviteMemberEvent)


async def _encrypted_room(human: NioPerson, guest: str) -> str:
    answer = await human.client.room_create(
        invite=[guest], is_direct=True, initial_state=[EnableEncryptionBuilder().as_dict()]
    )
    assert isinstance(answer, RoomCreateResponse), answer
    return str(answer.room_id)


async def _human_sees(human: NioPerson, room_id: str, user_id: str) -> None:
    while (
        room_id not in human.client.rooms
        or user_id not in human.client.rooms[room_id].users
        or human.client.rooms[room_id].users[user_id].invited
    ):
        await human.sync()


async def _nobody_else_can_read(person: Person, room_id: str) -> None:
    """What the server keeps of the conversation are envelopes."""
    answer = await person.get(f"/rooms/{room_id}/messages", dir="b", limit=20)
    said = [event for event in answer.ok()["chunk"] if event["type"] in MESSAGE_TYPES]
    assert len(said) == 2
    assert {event["type"] for event in said} == {"m.room.encrypted"}


MESSAGE_TYPES = ("m.room.message", "m.room.encrypted")
