"""People and bots whose client is matrix-nio, with its own store and encryption."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from nio import AsyncClient, AsyncClientConfig, Event, MatrixRoom, RoomMessageText
from nio.responses import LoginResponse, RoomSendResponse, SyncResponse

from tests.people import PASSWORD

CONFIG = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
SYNC_TIMEOUT_MS = 10_000
SYNCS = 50


@dataclass(frozen=True)
class Session:
    """What a bot keeps beside its store, to go on after a restart."""

    user_id: str
    device_id: str
    access_token: str


class NioPerson:
    """A signed-in nio client, and the texts it has read, the oldest first."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.texts: list[tuple[str, str]] = []
        client.add_event_callback(self._read, RoomMessageText)

    async def sync(self) -> SyncResponse:
        answer = await self.client.sync(timeout=SYNC_TIMEOUT_MS)
        assert isinstance(answer, SyncResponse), answer
        await self._keep_keys()
        return answer

    async def sync_until_read(self, sender: str, text: str) -> None:
        for _ in range(SYNCS):
            if (sender, text) in self.texts:
                return
            await self.sync()
        raise AssertionError(f"{text!r} was not read, but {self.texts}")

    async def say(self, room_id: str, text: str) -> str:
        answer = await self.client.room_send(
            room_id,
            "m.room.message",
            {"msgtype": "m.text", "body": text},
            ignore_unverified_devices=True,
        )
        assert isinstance(answer, RoomSendResponse), answer
        return str(answer.event_id)

    def session(self) -> Session:
        return Session(self.client.user_id, self.client.device_id, self.client.access_token)

    async def _read(self, room: MatrixRoom, event: Event) -> None:
        assert isinstance(event, RoomMessageText)
        self.texts.append((event.sender, event.body))

    async def _keep_keys(self) -> None:
        """What `sync_forever` does after each answer."""
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.keys_query()
        if self.client.should_claim_keys:
            await self.client.keys_claim(self.client.get_users_for_key_claiming())
        await self.client.send_to_device_messages()


@asynccontextmanager
async def signed_in(url: str, user_id: str, store: Path) -> AsyncIterator[NioPerson]:
    client = _client(url, user_id, store)
    try:
        answer = await client.login(PASSWORD, device_name="a nio client")
        assert isinstance(answer, LoginResponse), answer
        yield await _started(client)
    finally:
        await client.close()


@asynccontextmanager
async def restarted(url: str, session: Session, store: Path) -> AsyncIterator[NioPerson]:
    """From what was kept: no password, no new device."""
    client = _client(url, session.user_id, store)
    try:
        client.restore_login(session.user_id, session.device_id, session.access_token)
        yield await _started(client)
    finally:
        await client.close()


def _client(url: str, user_id: str, store: Path) -> AsyncClient:
    store.mkdir(exist_ok=True)
    return AsyncClient(url, user_id, store_path=str(store), config=CONFIG)


async def _started(client: AsyncClient) -> NioPerson:
    person = NioPerson(client)
    answer = await client.sync(timeout=0, full_state=True)
    assert isinstance(answer, SyncResponse), answer
    await person._keep_keys()
    return person
