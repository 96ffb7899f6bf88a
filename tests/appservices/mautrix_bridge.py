"""A small bridge made with mautrix: a ghost that reads and speaks in encrypted rooms.

The framework's own parts: its application service, its intents, its crypto machine on libolm.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mautrix.appservice import AppService, IntentAPI
from mautrix.appservice.state_store import ASStateStore
from mautrix.client import Client
from mautrix.client.state_store import MemoryStateStore
from mautrix.crypto import OlmMachine
from mautrix.crypto.store import MemoryCryptoStore, StateStore
from mautrix.errors import EncryptionError
from mautrix.types import (
    EncryptedEvent,
    EncryptedMegolmEventContent,
    Event,
    EventType,
    Membership,
    MessageEvent,
    MessageType,
    RoomEncryptionStateEventContent,
    RoomID,
    StateEvent,
    TextMessageEventContent,
    UserID,
)

from tests.appservices.bridging import AS_TOKEN, HS_TOKEN

GHOST = UserID("@_bridge_teapot:localhost")


class Rooms(MemoryStateStore, ASStateStore):
    """What the bridge knows of rooms, in memory."""

    def __init__(self) -> None:
        MemoryStateStore.__init__(self)
        ASStateStore.__init__(self)


class CryptoRooms(StateStore):
    """The same as the crypto machine asks for it."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def is_encrypted(self, room_id: RoomID) -> bool:
        return bool(await self._rooms.is_encrypted(room_id))

    async def get_encryption_info(self, room_id: RoomID) -> RoomEncryptionStateEventContent | None:
        return await self._rooms.get_encryption_info(room_id)

    async def find_shared_rooms(self, user_id: UserID) -> list[RoomID]:
        return []


class MautrixBridge:
    """Its ghost comes when it is invited, and answers what it can read."""

    def __init__(self, homeserver: str) -> None:
        self.rooms = Rooms()
        self.service = AppService(
            server=homeserver,
            domain="localhost",
            as_token=AS_TOKEN,
            hs_token=HS_TOKEN,
            bot_localpart="bridgebot",
            id="bridge",
            state_store=self.rooms,
            ephemeral_events=True,
            encryption_events=True,
        )
        self.service.matrix_event_handler(self._on_event)
        self.client = Client(base_url=homeserver, mxid=GHOST, token=AS_TOKEN)
        self.crypto = OlmMachine(
            self.client, MemoryCryptoStore("", "pickle key"), CryptoRooms(self.rooms)
        )
        self.service.otk_handler = self.crypto.handle_as_otk_counts
        self.service.device_list_handler = self.crypto.handle_as_device_lists
        self.service.to_device_handler = self.crypto.handle_as_to_device_event
        self.read: asyncio.Queue[tuple[UserID, str]] = asyncio.Queue()

    @property
    def ghost(self) -> IntentAPI:
        return self.service.intent.user(GHOST)

    async def start(self, port: int) -> None:
        await self.service.start("127.0.0.1", port)
        await self.ghost.ensure_registered()
        await self.client.create_device_msc4190("TEAPOT", "a teapot")
        await self.crypto.load()
        await self.crypto.share_keys()

    async def stop(self) -> None:
        await self.client.api.session.close()
        await self.service.stop()

    async def say(self, room_id: RoomID, text: str) -> None:
        content = TextMessageEventContent(msgtype=MessageType.TEXT, body=text)
        try:
            encrypted = await self._encrypted(room_id, content)
        except EncryptionError:
            members = await self.ghost.get_room_members(room_id)
            await self.crypto.share_group_session(room_id, members)
            encrypted = await self._encrypted(room_id, content)
        # Its own code sends these too; the type that lists all contents has left them out.
        await self.client.send_message_event(
            room_id,
            EventType.ROOM_ENCRYPTED,
            encrypted,  # type: ignore[arg-type]
        )

    async def _encrypted(
        self, room_id: RoomID, content: TextMessageEventContent
    ) -> EncryptedMegolmEventContent:
        return await self.crypto.encrypt_megolm_event(room_id, EventType.ROOM_MESSAGE, content)

    async def _on_event(self, event: Event) -> None:
        if isinstance(event, StateEvent) and event.content.get("membership") == Membership.INVITE:
            if event.state_key == GHOST:
                await self.ghost.join_room_by_id(event.room_id)
        elif isinstance(event, EncryptedEvent) and event.sender != GHOST:
            await self._on_message(event)

    async def _on_message(self, event: EncryptedEvent) -> None:
        """The key came before it, or with it."""
        message = await self.crypto.decrypt_megolm_event(event)
        assert isinstance(message, MessageEvent)
        await self.read.put((message.sender, str(message.content.body)))


def free_port() -> int:
    """The registration must name the port before there is a server to start the bridge with."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@asynccontextmanager
async def bridging(homeserver: str, port: int) -> AsyncIterator[MautrixBridge]:
    bridge = MautrixBridge(homeserver)
    await bridge.start(port)
    try:
        yield bridge
    finally:
        await bridge.stop()
