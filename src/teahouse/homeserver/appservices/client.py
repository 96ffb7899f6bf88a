"""Speaks to application services, whose addresses are the operator's and may be anywhere."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from teahouse.homeserver.appservices.registration import AppService

if TYPE_CHECKING:
    import httpcore

PREFIX = "/_matrix/app/v1"
MAX_ANSWER_BYTES = 1 << 20
MAX_CONNECTIONS = 64
KEEP_SECONDS = 30.0


class NoAnswer(Exception):
    """Nothing could be heard, or too much."""

    def __init__(self, reason: str, *, is_timeout: bool = False) -> None:
        super().__init__(reason)
        self.is_timeout = is_timeout


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def value(self) -> Any:
        """The body, None when it is not JSON."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @property
    def is_unknown_route(self) -> bool:
        """The service may be an older one, with the paths of its time."""
        if self.status in (405, 501):
            return True
        said = self.value
        errcode = said.get("errcode") if isinstance(said, dict) else None
        return self.status == 404 and errcode in (None, "M_UNRECOGNIZED")


@dataclass(frozen=True, slots=True)
class Question:
    """`path` is below PREFIX, and below `older_prefix` for services that know it there only."""

    method: str
    path: str
    seconds: float
    body: bytes | None = None
    query: str = ""
    older_prefix: str | None = ""


class ServiceClient:
    """Made without loading what it needs; that is at first use."""

    def __init__(self) -> None:
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def ask(self, service: AppService, question: Question) -> Answer:
        """In `question.seconds`, all attempts together. Errors: NoAnswer."""
        import httpcore

        try:
            async with asyncio.timeout(question.seconds):
                answer = await self._ask(service, question, PREFIX)
                older = question.older_prefix
                if older is not None and answer.is_unknown_route:
                    return await self._ask(service, question, older)
                return answer
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise NoAnswer(type(error).__name__, is_timeout=True) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None

    def open(self) -> None:
        """Loads what it needs now, so that nobody waits for it later."""
        self._opened()

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()

    async def _ask(self, service: AppService, question: Question, prefix: str) -> Answer:
        query = f"?{question.query}" if question.query else ""
        url = f"{service.url}{prefix}{question.path}{query}"
        headers = [
            (b"Authorization", f"Bearer {service.hs_token}".encode()),
            (b"Content-Type", b"application/json"),
            (b"Accept", b"application/json"),
        ]
        asked = self._opened().stream(question.method, url, headers=headers, content=question.body)
        async with asked as answer:
            received = bytearray()
            async for chunk in answer.aiter_stream():
                received += chunk
                if len(received) > MAX_ANSWER_BYTES:
                    raise NoAnswer("the answer is too long")
        return Answer(answer.status, bytes(received))

    def _opened(self) -> httpcore.AsyncConnectionPool:
        if self._pool is None:
            import httpcore

            self._pool = httpcore.AsyncConnectionPool(
                ssl_context=ssl.create_default_context(),
                max_connections=MAX_CONNECTIONS,
                keepalive_expiry=KEEP_SECONDS,
            )
        return self._pool
