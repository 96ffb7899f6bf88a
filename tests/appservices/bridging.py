"""A bridge as the operator sees it, a registration file, and as the server does, an endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import yaml

from tests.endpoint import Endpoint, Received, Response
from tests.people import Answer, Person

AS_TOKEN = "the bridge's own token"
HS_TOKEN = "the server's token for the bridge"
TRANSACTIONS = "/_matrix/app/v1/transactions/"


def registration(url: str | None) -> dict[str, Any]:
    return {
        "id": "bridge",
        "url": url,
        "as_token": AS_TOKEN,
        "hs_token": HS_TOKEN,
        "sender_localpart": "bridgebot",
        "namespaces": {
            "users": [{"exclusive": True, "regex": "@_bridge_.*"}],
            "aliases": [{"exclusive": True, "regex": "#_bridge_.*"}],
            "rooms": [],
        },
    }


def write(path: Path, said: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(said), "utf-8")
    return path


@dataclass
class Bridge:
    """Speaks for the service, and shows what the service was told."""

    http: httpx.AsyncClient
    endpoint: Endpoint
    token: str = AS_TOKEN

    def acting_as(self, user_id: str | None = None, device_id: str | None = None) -> Acting:
        return Acting(self.http, user_id or "", access_token=self.token, acts_with=device_id)

    async def ghost(self, name: str) -> Acting:
        """Makes a user `_bridge_name`, without a device."""
        bot = self.acting_as()
        body = {"type": "m.login.application_service", "username": f"_bridge_{name}"}
        answer = (await bot.post("/register", {**body, "inhibit_login": True})).ok()
        return self.acting_as(answer["user_id"])

    @property
    def transactions(self) -> list[Received]:
        return [one for one in self.endpoint.received if one.path.startswith(TRANSACTIONS)]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for one in self.transactions for event in one.json["events"]]

    def hold(self) -> Callable[[], None]:
        """Answers nothing until the returned function is called."""
        released, answer = asyncio.Event(), self.endpoint.answer

        async def wait(received: Received) -> Response:
            await released.wait()
            return await answer(received)

        def release() -> None:
            self.endpoint.answer = answer
            released.set()

        self.endpoint.answer = wait
        return release

    async def told(self, event_id: str) -> dict[str, Any]:
        """The event, once the service has it."""
        seen = 0
        while True:
            for event in self.events:
                if event.get("event_id") == event_id:
                    return event
            seen = max(seen, len(self.endpoint.received))
            await self.endpoint.has(seen + 1)

    async def told_of(self, key: str) -> list[Any]:
        """What transactions have had under a key besides events, once there is any."""
        while True:
            received = len(self.endpoint.received)
            found = [one.json[key] for one in self.transactions if one.json.get(key)]
            if found:
                return found
            await self.endpoint.has(received + 1)


@dataclass
class Acting(Person):
    """One of the service's users; `user_id` "" is its own, without saying so."""

    acts_with: str | None = None

    async def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **query: Any
    ) -> Answer:
        if self.user_id:
            query.setdefault("user_id", self.user_id)
        if self.acts_with:
            query.setdefault("device_id", self.acts_with)
        return await super().call(method, path, body, token=token, **query)


def txn_ids(transactions: list[Received]) -> list[str]:
    return [unquote(one.path.removeprefix(TRANSACTIONS)) for one in transactions]
