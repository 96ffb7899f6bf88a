"""One client's connection: how much it sends before it is heard, and how long it stands still.

uvicorn's own bounds neither the head of a request nor how long anything takes. What is counted for
each request is little; time is looked at every few seconds, so that nothing is set and taken back
for each request. Who waits for an answer is never hurried.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import Any

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from teahouse.kit.errors import Refused
from teahouse.kit.http.crowd import Crowd
from teahouse.kit.http.one_write import OneWrite

MAX_HEAD_BYTES = 64 << 10
"""Of a request's line, headers and trailers together."""
MAX_HEADERS = 100
MAX_PIPELINED = 16
"""Requests that are sent before the answer to the first."""
LOOK_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Patience:
    """Whoever has not brought so much after so long is sent away."""

    seconds: int
    least_bytes: float


HEAD = Patience(20, math.inf)
"""For a request's head, which must be whole by then."""
BODY = Patience(60, 4096)
NEXT = Patience(75, math.inf)
"""For a further request."""
ANSWER = Patience(30, 1)
"""For an answer to be taken."""


class Connection(HttpToolsProtocol):
    def __init__(self, crowd: Crowd, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._crowd = crowd
        self._network = ""
        self._looking: asyncio.TimerHandle | None = None
        self._refusal: Refused | None = None
        self._received = 0
        # Up to where a head or a piece of a body is known: the parser keeps what follows.
        self._heard = 0
        self._awaited: tuple[Patience, Any] | None = None
        self._awaited_looks = 0
        self._received_then = 0
        self._untaken = 0
        self._untaken_looks = 0

    # from the transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._answers = OneWrite(transport)
        super().connection_made(self._answers)  # type: ignore[arg-type]
        self._looking = self.loop.call_later(LOOK_SECONDS, self.look)
        self._network = self._crowd.network(self.client)
        try:
            self._crowd.enter(self._network)
        except Refused as refused:
            self._refuse(refused)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._crowd.leave(self._network)
        if self._looking is not None:
            self._looking.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        if self._received - self._heard > MAX_HEAD_BYTES:
            self._refuse(_head_too_large())

    # from the parser: what is raised here comes back as `send_400_response`

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called for each header and trailer; uvicorn's, with a bound, and not one call more."""
        if len(self.headers) >= MAX_HEADERS:
            self._fail(_head_too_large())
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self._received - self._heard > MAX_HEAD_BYTES and self._head_bytes() > MAX_HEAD_BYTES:
            self._fail(_head_too_large())
        if len(self.pipeline) >= MAX_PIPELINED:
            self._fail(Refused("M_LIMIT_EXCEEDED", "Too many requests before an answer"))
        self._heard = self._received
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._heard = self._received
        super().on_body(body)

    def on_response_complete(self) -> None:
        """uvicorn's, without a timer for each request: `look` sees who asks nothing more."""
        self.server_state.total_requests += 1
        self._answers.next_answer()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _fail(self, refused: Refused) -> None:
        self._refusal = refused
        raise refused

    def send_400_response(self, msg: str) -> None:
        self._refuse(self._refusal or Refused("M_UNKNOWN", msg))

    def _refuse(self, refused: Refused) -> None:
        """Says so and closes; where an answer is under way it can only be cut off."""
        if self.transport.is_closing():
            return
        if not self._may_answer():
            self.transport.abort()
            return
        body = msgspec.json.encode(refused.body())
        head = (
            b"content-type: application/json\r\nconnection: close\r\n"
            b"content-length: %d\r\n\r\n" % len(body)
        )
        self.transport.write(STATUS_LINE[refused.status] + head + body)
        self.transport.close()

    def _may_answer(self) -> bool:
        cycle = self.cycle
        if cycle is None or (cycle.response_complete and not self.pipeline):
            return True
        return cycle.scope is self.scope and not cycle.response_started and not self.pipeline

    # time

    def look(self) -> None:
        """Every LOOK_SECONDS: ends what does not move."""
        self._looking = self.loop.call_later(LOOK_SECONDS, self.look)
        if self._takes_nothing() or self._is_late():
            self.transport.abort()

    def _is_late(self) -> bool:
        awaited = self._what_is_awaited()
        since = self._awaited
        if awaited is None or since is None or not _is_same(awaited, since):
            self._await(awaited)
            return False
        self._awaited_looks += 1
        patience, _ = awaited
        if self._awaited_looks * LOOK_SECONDS < patience.seconds:
            return False
        if self._received - self._received_then < patience.least_bytes:
            return True
        self._await(awaited)
        return False

    def _await(self, awaited: tuple[Patience, Any] | None) -> None:
        self._awaited = awaited
        self._awaited_looks = 0
        self._received_then = self._received

    def _what_is_awaited(self) -> tuple[Patience, Any] | None:
        """From the client, and in which request; None while it waits for us."""
        cycle = self.cycle
        if self._untaken or self.flow.read_paused:
            return None
        if cycle is None or (cycle.response_complete and cycle.scope is not self.scope):
            return HEAD, self.scope
        if cycle.more_body and not cycle.waiting_for_100_continue:
            return BODY, cycle
        return (NEXT, cycle) if cycle.response_complete else None

    def _takes_nothing(self) -> bool:
        """A buffer that is filled while it is emptied is not the same at each look."""
        untaken = self.transport.get_write_buffer_size()
        self._untaken_looks = self._untaken_looks + 1 if untaken and untaken == self._untaken else 0
        self._untaken = untaken
        return self._untaken_looks * LOOK_SECONDS >= ANSWER.seconds


def _is_same(awaited: tuple[Patience, Any], since: tuple[Patience, Any]) -> bool:
    return awaited[0] is since[0] and awaited[1] is since[1]


def _head_too_large() -> Refused:
    return Refused("M_TOO_LARGE", "The request's headers are too large", status=431)
