"""A device whose access token is over after an hour, and that asks for the next one then."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from tests.people import PASSWORD, Answer, Person
from tests.sync_laws import Seen

WHOLE = '{"room":{"timeline":{"limit":100}}}'


@dataclass
class ExpiringDevice(Person):
    """What it knows it has by following."""

    refresh_token: str = ""
    renewals: int = 0
    seen: Seen = field(default_factory=Seen)
    presence: dict[str, str] = field(default_factory=dict)
    absences: int = 0
    """How often somebody was said to have gone away."""
    _renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def sign_in(self, name: str) -> None:
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": PASSWORD,
            "refresh_token": True,
        }
        answer = (await self.post("/login", body)).ok()
        self.user_id, self.device_id = answer["user_id"], answer["device_id"]
        self._take_tokens(answer)

    async def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **query: Any
    ) -> Answer:
        used = self.access_token
        answer = await super().call(method, path, body, token=token, **query)
        if answer.errcode != "M_UNKNOWN_TOKEN":
            return answer
        async with self._renewing:
            if self.access_token == used:
                await self._renew()
        return await super().call(method, path, body, token=token, **query)

    async def _renew(self) -> None:
        asked = {"refresh_token": self.refresh_token}
        self._take_tokens((await super().call("POST", "/refresh", asked, token="")).ok())
        self.renewals += 1

    def _take_tokens(self, answer: Answer) -> None:
        self.access_token, self.refresh_token = answer["access_token"], answer["refresh_token"]

    async def follow(self, timeout_ms: int = 0) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.sync(timeout=timeout_ms, filter=WHOLE)).body
        self.seen.apply(answer)
        for event in answer.get("presence", {}).get("events", []):
            self.presence[event["sender"]] = event["content"]["presence"]
            self.absences += event["content"]["presence"] == "offline"
        return answer
