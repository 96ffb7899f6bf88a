"""People by the thousand, whom an application service makes: passwords would cost too much."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.http_client import Address, Connection
from bench.matrix_client import post
from bench.target import in_turns

FILE = "crowd.yaml"
AS_TOKEN = "crowd-as"


def write_registration(folder: Path) -> Path:
    """For the server's first start. No `url`: nothing is pushed to the service."""
    path = folder / FILE
    registration = {
        "id": "crowd",
        "url": None,
        "as_token": AS_TOKEN,
        "hs_token": "crowd-hs",
        "sender_localpart": "crowd",
        "rate_limited": False,
        "namespaces": {"users": [{"exclusive": True, "regex": "@crowd_.*"}]},
    }
    path.write_text(json.dumps(registration))
    return path


class Crowd:
    def __init__(self, address: Address) -> None:
        self._address = address

    async def register(self, count: int) -> list[str]:
        """User IDs."""

        async def one(number: int) -> str:
            body = {"type": "m.login.application_service", "username": f"crowd_{number}"}
            answer = await self._post("/register", {**body, "inhibit_login": True})
            user_id: str = answer["user_id"]
            return user_id

        return await in_turns(one, range(count))

    async def join(self, room_id: str, user_ids: list[str]) -> None:
        async def one(user_id: str) -> None:
            path = f"/join/{quote(room_id, safe='')}?user_id={quote(user_id, safe='')}"
            await self._post(path, {})

        await in_turns(one, user_ids)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        connection = Connection(self._address)
        try:
            return await post(connection, self._address, path, body, token=AS_TOKEN)
        finally:
            connection.close()
