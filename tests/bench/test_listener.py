from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bench.listener import Listener, LostMessage, listening
from bench.matrix_client import MatrixClient, MatrixError
from bench.message import KINDS, Number
from bench.rows.group import Ear, Talk
from tests.bench.tiny_server import TinyServer, ok, tiny_server

TEXT = KINDS["text"]


def client_of(server: TinyServer) -> MatrixClient:
    account = {"user_id": "@alice:localhost", "access_token": "secret"}
    return MatrixClient(server.address, account, "password")


def event(sender: str, content: bytes) -> dict[str, Any]:
    return {"type": TEXT.event_type, "sender": sender, "content": json.loads(content)}


def sync_with(events: list[dict[str, Any]], *, limited: bool = False) -> bytes:
    timeline = {"events": events, "limited": limited, "prev_batch": "p"}
    rooms = {"join": {"!room:localhost": {"timeline": timeline}}}
    return ok(json.dumps({"next_batch": "s", "rooms": rooms}).encode())


async def test_a_listener_hears_the_others_messages_of_its_run_only() -> None:
    heard: list[Number] = []
    events = [
        event("@bob:localhost", TEXT.content(Number("old", 0, 0))),
        event("@alice:localhost", TEXT.content(Number("run", 1, 0))),
        event("@bob:localhost", b'{"body":"a ~ in a text of someone"}'),
        event("@bob:localhost", TEXT.content(Number("run", 0, 0))),
        event("@bob:localhost", TEXT.content(Number("run", 0, 1))),
    ]
    answers = iter([sync_with(events, limited=True)])
    async with tiny_server(lambda request: next(answers, b"")) as server:
        listener = Listener(client_of(server), "run", heard.append)
        async with listening([listener]):
            await server.has_been_asked(2)
    assert heard == [Number("run", 0, 0), Number("run", 0, 1)]
    assert listener.limited_count == 1


async def test_a_listener_that_fails_ends_the_row() -> None:
    async with tiny_server(lambda request: ok(b"{}", status=500)) as server:
        listener = Listener(client_of(server), "run", lambda number: None)
        with pytest.raises(ExceptionGroup) as failed:
            async with listening([listener]):
                await asyncio.sleep(10)
        assert failed.group_contains(MatrixError)


def test_a_member_counts_each_message_once() -> None:
    talk = Talk("run", [[0.0, 0.0], [0.0]])
    ear = Ear(talk)
    for number in (Number("run", 0, 0), Number("run", 1, 0), Number("run", 0, 1)):
        ear.hear(number)
    assert talk.deliveries == 3
    assert ear.has_heard(Number("run", 0, 1))


@pytest.mark.parametrize("seq", [0, 1])
def test_a_message_that_comes_twice_or_late_is_an_error(seq: int) -> None:
    talk = Talk("run", [[0.0, 0.0]])
    ear = Ear(talk)
    ear.hear(Number("run", 0, 1))
    with pytest.raises(LostMessage):
        ear.hear(Number("run", 0, seq))
    assert talk.deliveries == 1
