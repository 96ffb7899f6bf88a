"""Who stands still is sent away; who is slow, or waits for an answer, is not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from teahouse.kit.http.connection import (
    ANSWER,
    BODY,
    HEAD,
    LOOK_SECONDS,
    NEXT,
    Connection,
    Patience,
)
from teahouse.kit.http.crowd import MAX_CONNECTIONS, Crowd, networks_in

GET = b"GET / HTTP/1.1\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nContent-Length: 104857600\r\n\r\n"


class Wire(asyncio.Transport):
    """What a client would be behind."""

    def __init__(self, address: str = "192.0.2.1") -> None:
        super().__init__({"peername": (address, 1234), "sockname": ("192.0.2.2", 8008)})
        self.pieces: list[bytes] = []
        self.untaken = 0
        self.is_cut = False
        self.is_ended = False

    def write(self, data: Any) -> None:
        self.pieces.append(bytes(data))

    @property
    def written(self) -> bytes:
        return b"".join(self.pieces)

    def get_write_buffer_size(self) -> int:
        return self.untaken

    def is_closing(self) -> bool:
        return self.is_cut or self.is_ended

    def close(self) -> None:
        self.is_ended = True

    def abort(self) -> None:
        self.is_cut = True

    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...


class App:
    """Reads the whole body, and answers when it is told to."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.reads = True

    async def __call__(self, _scope: Any, receive: Any, send: Any) -> None:
        while self.reads and (await receive()).get("more_body"):
            pass
        await self.may_answer.wait()
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})


class Held:
    """A connection, and its time."""

    def __init__(self, app: App, crowd: Crowd, address: str = "192.0.2.1") -> None:
        config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None)
        config.load()
        self.wire = Wire(address)
        loop = asyncio.get_running_loop()
        self.connection = Connection(
            crowd, config=config, server_state=ServerState(), app_state={}, _loop=loop
        )
        self.connection.connection_made(self.wire)

    async def receives(self, data: bytes) -> None:
        self.connection.data_received(data)
        await settled()

    def stands(self, seconds: float) -> bool:
        """Whether it is still there after so long."""
        for _ in range(int(seconds / LOOK_SECONDS)):
            self.looked()
        return not self.wire.is_cut

    def looked(self) -> None:
        if self.connection._looking is not None:
            self.connection._looking.cancel()
        self.connection.look()

    def lost(self) -> None:
        self.connection.connection_lost(None)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def app() -> App:
    return App()


@pytest.fixture
async def held(app: App) -> Any:
    made = Held(app, Crowd())
    yield made
    made.lost()
    app.may_answer.set()
    await settled()


def just_before(patience: Patience) -> float:
    return patience.seconds


def just_after(patience: Patience) -> float:
    return patience.seconds + LOOK_SECONDS


async def test_an_answer_leaves_in_one_piece(held: Held, app: App) -> None:
    app.may_answer.set()
    for count in (1, 2):
        await held.receives(GET)
        assert len(held.wire.pieces) == count
        assert held.wire.pieces[-1].endswith(b"\r\n\r\n{}")


async def test_an_answer_without_a_body_leaves_too(held: Held, app: App) -> None:
    app.may_answer.set()
    await held.receives(b"HEAD / HTTP/1.1\r\n\r\n")
    assert held.wire.pieces[-1].endswith(b"\r\n\r\n")
    await held.receives(b"HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert held.wire.written.count(b"HTTP/1.1 200") == 2
    assert held.wire.is_ended


def test_what_is_looked_at_every_few_seconds_ends_about_when_it_is_said() -> None:
    assert all(one.seconds % LOOK_SECONDS == 0 for one in (HEAD, BODY, NEXT, ANSWER))


async def test_who_asks_nothing_is_sent_away(held: Held) -> None:
    assert held.stands(just_before(HEAD))
    assert not held.stands(LOOK_SECONDS)


async def test_half_a_request_is_not_waited_for_however_it_trickles(held: Held) -> None:
    await held.receives(GET[:10])
    for n in range(HEAD.seconds // LOOK_SECONDS):
        assert held.stands(LOOK_SECONDS)
        await held.receives(b"%d" % n)
    assert not held.stands(LOOK_SECONDS)


async def test_who_waits_for_an_answer_is_not_hurried(held: Held, app: App) -> None:
    await held.receives(GET)
    assert held.stands(3600)
    app.may_answer.set()
    await settled()
    assert held.wire.written.endswith(b"{}")
    assert held.stands(just_before(NEXT))
    assert not held.stands(LOOK_SECONDS)


async def test_who_asks_again_and_again_stays(held: Held, app: App) -> None:
    app.may_answer.set()
    for _ in range(10):
        await held.receives(GET)
        assert held.stands(just_before(NEXT))
    await held.receives(GET[:10])
    assert not held.stands(just_after(HEAD))


async def test_a_slow_upload_goes_on_for_hours(held: Held) -> None:
    await held.receives(POST)
    for _ in range(120):
        await held.receives(b"x" * int(BODY.least_bytes))
        assert held.stands(just_before(BODY))


async def test_an_upload_that_hardly_moves_is_ended(held: Held) -> None:
    await held.receives(POST)
    for _ in range(BODY.seconds // LOOK_SECONDS):
        assert held.stands(LOOK_SECONDS)
        await held.receives(b"x")
    assert not held.stands(LOOK_SECONDS)


async def test_an_upload_that_waits_for_the_server_is_not_ended(held: Held, app: App) -> None:
    app.reads = False
    await held.receives(POST)
    await held.receives(b"x" * 100_000)
    assert held.stands(3600)


async def test_who_waits_to_be_told_to_go_on_is_not_ended(held: Held, app: App) -> None:
    app.reads = False
    await held.receives(POST.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
    assert held.stands(3600)


async def test_an_answer_that_nobody_takes_is_given_up(held: Held, app: App) -> None:
    app.may_answer.set()
    await held.receives(GET)
    held.wire.untaken = 16 << 20
    assert held.stands(just_before(ANSWER))
    assert not held.stands(LOOK_SECONDS)


async def test_an_answer_that_is_taken_slowly_takes_its_time(held: Held, app: App) -> None:
    app.may_answer.set()
    await held.receives(GET)
    for kib in range(1000, 0, -1):
        held.wire.untaken = kib << 10
        assert held.stands(just_before(ANSWER))


async def test_an_address_has_so_many_connections(app: App) -> None:
    crowd = Crowd(networks_in("198.51.100.0/24, 2001:db8:1::7"))
    there = [Held(app, crowd) for _ in range(MAX_CONNECTIONS)]
    assert not any(one.wire.is_closing() for one in there)
    refused, other = Held(app, crowd), Held(app, crowd, "192.0.2.77")
    assert refused.wire.is_ended
    assert not other.wire.is_closing()
    assert refused.wire.written.startswith(b"HTTP/1.1 429 ")
    assert b"M_LIMIT_EXCEEDED" in refused.wire.written
    for one in (refused, there.pop()):
        one.lost()
    assert not Held(app, crowd).wire.is_closing()


async def test_the_addresses_of_one_ipv6_network_have_them_together(app: App) -> None:
    crowd = Crowd()
    for n in range(MAX_CONNECTIONS):
        Held(app, crowd, f"2001:db8::{n:x}")
    assert Held(app, crowd, "2001:db8::ffff:1").wire.is_ended
    assert not Held(app, crowd, "2001:db8:0:1::1").wire.is_closing()


@pytest.mark.parametrize("proxy", ["198.51.100.9", "2001:db8:1::7"])
async def test_a_trusted_proxy_brings_as_many_as_it_has(app: App, proxy: str) -> None:
    crowd = Crowd(networks_in("198.51.100.0/24, 2001:db8:1::7"))
    assert not any(Held(app, crowd, proxy).wire.is_closing() for _ in range(MAX_CONNECTIONS + 1))


async def test_without_limits_connections_are_not_counted(app: App) -> None:
    crowd = Crowd(enabled=False)
    assert not any(Held(app, crowd).wire.is_closing() for _ in range(MAX_CONNECTIONS + 1))
