from __future__ import annotations

import asyncio

import httptools
import pytest

from bench.http_client import Connection, ConnectionLost, Reply, request_bytes
from tests.bench.tiny_server import Request, TinyServer, ok, tiny_server


def ask(server: TinyServer, target: str = "/") -> bytes:
    return request_bytes(server.address, "GET", target)


async def test_requests_share_one_connection() -> None:
    async with tiny_server(lambda request: ok(request.target.encode())) as server:
        connection = Connection(server.address)
        replies = [await connection.exchange(ask(server, f"/{n}")) for n in range(3)]
        assert [reply.body for reply in replies] == [b"/0", b"/1", b"/2"]
        assert server.connections == 1


async def test_a_body_arrives_whole_and_an_error_status_is_an_answer() -> None:
    async with tiny_server(lambda request: ok(request.body, status=413)) as server:
        body = bytes(range(256)) * 4000
        request = request_bytes(server.address, "PUT", "/", body=body)
        assert await Connection(server.address).exchange(request) == Reply(413, body)


async def test_a_chunked_answer_is_joined() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntea\r\n4\r\npots\r\n0\r\n\r\n"
    )
    async with tiny_server(lambda request: chunked) as server:
        connection = Connection(server.address)
        for _ in range(2):
            assert await connection.exchange(ask(server)) == Reply(200, b"teapots")
        assert server.connections == 1


async def test_a_connection_that_the_server_wants_closed_is_not_used_again() -> None:
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    async with tiny_server(lambda request: closing) as server:
        connection = Connection(server.address)
        for _ in range(2):
            assert (await connection.exchange(ask(server))).status == 200
        assert server.connections == 2


def answers_then_closes() -> list[bytes | None]:
    """The second request on the first connection meets a closed door."""
    return [ok(b"first"), None, ok(b"again")]


async def test_a_repeatable_request_survives_an_idle_connection_that_was_closed() -> None:
    answers = iter(answers_then_closes())
    async with tiny_server(lambda request: next(answers)) as server:
        connection = Connection(server.address)
        await connection.exchange(ask(server))
        reply = await connection.exchange(ask(server), repeatable=True)
        assert reply.body == b"again"
        assert server.connections == 2


async def test_a_request_that_must_not_be_repeated_is_lost_with_its_connection() -> None:
    answers = iter(answers_then_closes())
    async with tiny_server(lambda request: next(answers)) as server:
        connection = Connection(server.address)
        await connection.exchange(ask(server))
        with pytest.raises(ConnectionLost):
            await connection.exchange(ask(server))


async def test_a_server_that_never_answers_is_asked_once() -> None:
    async with tiny_server(lambda request: None) as server:
        with pytest.raises(ConnectionLost):
            await Connection(server.address).exchange(ask(server), repeatable=True)
        assert len(server.requests) == 1


async def test_what_is_not_http_is_an_error() -> None:
    async with tiny_server(lambda request: b"tea is ready\r\n\r\n") as server:
        with pytest.raises(httptools.HttpParserError):
            await Connection(server.address).exchange(ask(server))


async def test_a_second_request_before_the_answer_is_refused() -> None:
    async with tiny_server(lambda request: b"") as server:
        connection = Connection(server.address)
        waiting = asyncio.create_task(connection.exchange(ask(server)))
        await server.has_been_asked(1)
        with pytest.raises(RuntimeError, match="one request at a time"):
            await connection.exchange(ask(server))
        waiting.cancel()


async def test_a_cancelled_request_hangs_up_and_the_next_gets_its_own_answer() -> None:
    def slow_then_quick(request: Request) -> bytes:
        return b"" if request.target == "/slow" else ok(b"quick")

    async with tiny_server(slow_then_quick) as server:
        connection = Connection(server.address)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.exchange(ask(server, "/slow")), 0.05)
        await asyncio.wait_for(server.hung_up.wait(), 5)
        assert (await connection.exchange(ask(server, "/quick"))).body == b"quick"
