"""A service asks to be called, to see whether it can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from teahouse.homeserver.appservices.client import Answer, NoAnswer, Question, ServiceClient
from teahouse.homeserver.appservices.registration import AppService
from teahouse.homeserver.appservices.registry import Registry
from teahouse.kit.clock import Clock
from teahouse.kit.errors import Refused, forbidden
from teahouse.kit.http import Request, Route

ANSWER_SECONDS = 30.0
MAX_SHOWN_CHARS = 4_000


class Ping(msgspec.Struct, omit_defaults=True):
    transaction_id: str | None = None


class PingApi:
    def __init__(
        self,
        registry: Registry,
        client: ServiceClient,
        clock: Clock,
        is_there: Callable[[AppService], None],
    ) -> None:
        """`is_there` hears of services that have answered."""
        self._registry = registry
        self._client = client
        self._clock = clock
        self._is_there = is_there

    def routes(self) -> Sequence[Route]:
        path = "/_matrix/client/v1/appservice/{appserviceId}/ping"
        return [Route("POST", path, self.pingAppservice)]

    async def pingAppservice(self, request: Request) -> Any:
        asking = request.requester.service
        if asking is None or asking.id != request["appserviceId"]:
            raise forbidden("This is not the application service's token")
        body = msgspec.json.encode(await request.json(Ping))
        service = self._registry.by_id(asking.id)
        if service is None or service.url is None:
            raise Refused("M_URL_NOT_SET", "The application service has no URL")
        started_ms = self._clock.monotonic_ms()
        question = Question("POST", "/ping", ANSWER_SECONDS, body, older_prefix=None)
        try:
            answer = await self._client.ask(service, question)
        except NoAnswer as error:
            raise _unreached(error) from None
        if not answer.is_success:
            raise _bad_status(answer)
        self._is_there(service)
        return {"duration_ms": self._clock.monotonic_ms() - started_ms}


def _unreached(error: NoAnswer) -> Refused:
    if error.is_timeout:
        message = "The application service did not answer in time"
        return Refused("M_CONNECTION_TIMEOUT", message, status=504)
    return Refused("M_CONNECTION_FAILED", "The application service can't be reached", status=502)


def _bad_status(answer: Answer) -> Refused:
    refused = Refused(
        "M_BAD_STATUS",
        f"The application service answered with status {answer.status}",
        status=502,
        body=answer.body.decode("utf-8", "replace")[:MAX_SHOWN_CHARS],
    )
    refused.details["status"] = answer.status
    return refused
