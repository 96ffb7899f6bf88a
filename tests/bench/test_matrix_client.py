from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from bench.matrix_client import MatrixClient, MatrixError, register
from tests.bench.tiny_server import Request, TinyServer, ok, tiny_server


def client_of(server: TinyServer) -> MatrixClient:
    account = {"user_id": "@alice:localhost", "access_token": "secret"}
    return MatrixClient(server.address, account, "password")


async def test_each_sync_carries_the_token_of_the_one_before() -> None:
    tokens = iter(["s/1 +", "s2", "s3"])
    async with tiny_server(
        lambda request: ok(json.dumps({"next_batch": next(tokens)}).encode())
    ) as server:
        client = client_of(server)
        for _ in range(3):
            await client.sync()
        asked = [parse_qs(urlsplit(request.target).query) for request in server.requests]
        assert [query.get("since") for query in asked] == [None, ["s/1 +"], ["s2"]]
        assert {query["timeout"][0] for query in asked} == {"30000"}


async def test_a_failed_sync_keeps_the_token() -> None:
    answers = iter([ok(b'{"next_batch":"s1"}'), ok(b"{}", status=502), ok(b'{"next_batch":"s2"}')])
    async with tiny_server(lambda request: next(answers)) as server:
        client = client_of(server)
        await client.sync()
        with pytest.raises(MatrixError, match="502"):
            await client.sync()
        assert client.since == "s1"


async def test_no_two_sends_share_a_transaction_id() -> None:
    async with tiny_server(lambda request: ok(b'{"event_id":"$1"}')) as server:
        clients = [client_of(server), client_of(server)]
        for client in clients:
            for _ in range(2):
                await client.send("!room:localhost", "m.room.message", b"{}")
        targets = [request.target for request in server.requests]
        assert len(set(targets)) == 4
        assert all("/rooms/%21room%3Alocalhost/send/m.room.message/" in each for each in targets)


async def test_a_refused_send_is_an_error() -> None:
    async with tiny_server(lambda request: ok(b'{"errcode":"M_FORBIDDEN"}', status=403)) as server:
        with pytest.raises(MatrixError, match="M_FORBIDDEN"):
            await client_of(server).send("!room:localhost", "m.room.message", b"{}")


def open_registration(request: Request) -> bytes:
    auth = json.loads(request.body).get("auth")
    if auth is None:
        return ok(b'{"session":"tea","flows":[{"stages":["m.login.dummy"]}]}', status=401)
    assert auth == {"type": "m.login.dummy", "session": "tea"}
    return ok(b'{"user_id":"@alice:localhost","access_token":"secret","device_id":"D"}')


async def test_signing_up_goes_through_the_dummy_stage() -> None:
    async with tiny_server(open_registration) as server:
        client = await register(server.address, "alice")
        assert client.user_id == "@alice:localhost"


async def test_a_taken_name_is_an_error() -> None:
    taken = ok(b'{"errcode":"M_USER_IN_USE"}', status=400)
    async with tiny_server(lambda request: taken) as server:
        with pytest.raises(MatrixError, match="M_USER_IN_USE"):
            await register(server.address, "alice")
