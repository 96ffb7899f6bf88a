"""kill -9 while notifications are on their way: each acknowledged message is told, in order."""

from __future__ import annotations

import asyncio

import httpx

from teahouse.config import Config
from tests.endpoint import Received, Response, endpoint
from tests.people import client_of, sign_up
from tests.process import ServerProcess
from tests.push.test_notifications import listen
from tests.receipts.test_receipts import room_of


async def test_what_was_to_be_sent_when_it_was_killed_is_sent_after_it(settings: Config) -> None:
    flags = ["--database", settings.database] if settings.database else []
    flags.append("--allow-private-urls")
    acknowledged: list[str] = []

    async def slowly(_: Received) -> Response:
        await asyncio.sleep(0.02)
        return Response()

    async with endpoint(slowly) as gateway:
        server = ServerProcess(settings.data, *flags).wait_until_ready()
        async with client_of(server.url) as http:
            alice, bob = await sign_up(http, "alice"), await sign_up(http, "bob")
            room_id = await room_of(alice, bob)
            await listen(bob, gateway)

            async def talk() -> None:
                while True:
                    acknowledged.append(await alice.say(room_id, f"{len(acknowledged)}"))

            talking = asyncio.create_task(talk())
            await gateway.has(5)
            server.kill()
            await asyncio.gather(talking, return_exceptions=True)
            assert isinstance(talking.exception(), httpx.TransportError)
        server = ServerProcess(settings.data, *flags).wait_until_ready()
        try:
            told: list[str] = []
            async with asyncio.timeout(60):
                while not set(acknowledged) <= set(told):
                    await asyncio.sleep(0.05)
                    told = [r.json["notification"]["event_id"] for r in gateway.received]
        finally:
            assert server.stop() == 0
    first_time = [event_id for event_id in dict.fromkeys(told) if event_id in acknowledged]
    assert first_time == acknowledged
    assert len(acknowledged) >= 5
