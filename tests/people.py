"""Alice, Bob and Carol: people with a client each, who speak to a server through HTTP."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from tests.contract import check_answer
from tests.light_transport import LightTransport

PASSWORD = "a fine pot of oolong"


@dataclass
class Answer:
    status: int
    body: Any
    headers: httpx.Headers

    def __getitem__(self, key: str) -> Any:
        return self.body[key]

    @property
    def errcode(self) -> str | None:
        return self.body.get("errcode") if isinstance(self.body, dict) else None

    def ok(self) -> Answer:
        assert self.status == 200, (self.status, self.body)
        return self

    def refused(self, status: int, errcode: str) -> Answer:
        assert (self.status, self.errcode) == (status, errcode), (self.status, self.body)
        return self


@dataclass
class Person:
    """One account on one device."""

    http: httpx.AsyncClient
    user_id: str = ""
    device_id: str = ""
    access_token: str = ""
    since: str | None = None
    _txn: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **query: Any
    ) -> Answer:
        """`path` is below /_matrix/client/v3 unless it starts with /_matrix, /. or /health."""
        if not path.startswith(("/_", "/.", "/health", "/metrics")):
            path = "/_matrix/client/v3" + path
        headers = {}
        bearer = self.access_token if token is None else token
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        raw = {"content": body} if isinstance(body, bytes) else {"json": body}
        if body is None:
            raw = {}
        params = {name: value for name, value in query.items() if value is not None}
        answer = await self.http.request(
            method, path, headers=headers, params=params or None, **raw
        )
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        parsed = answer.json() if is_json else answer.content
        check_answer(method, answer.request.url.raw_path.decode(), answer.status_code, parsed)
        return Answer(answer.status_code, parsed, answer.headers)

    async def get(self, path: str, **query: Any) -> Answer:
        return await self.call("GET", path, **query)

    async def put(self, path: str, body: Any = None, **query: Any) -> Answer:
        return await self.call("PUT", path, {} if body is None else body, **query)

    async def post(self, path: str, body: Any = None, **query: Any) -> Answer:
        return await self.call("POST", path, {} if body is None else body, **query)

    async def delete(self, path: str, body: Any = None, **query: Any) -> Answer:
        return await self.call("DELETE", path, body, **query)

    # what people do

    async def create_room(self, **options: Any) -> str:
        room_id: str = (await self.post("/createRoom", options)).ok()["room_id"]
        return room_id

    async def invite(self, room_id: str, other: Person) -> Answer:
        return await self.post(f"/rooms/{segment(room_id)}/invite", {"user_id": other.user_id})

    async def join(self, room_id: str) -> Answer:
        return await self.post(f"/join/{segment(room_id)}")

    async def leave(self, room_id: str) -> Answer:
        return await self.post(f"/rooms/{segment(room_id)}/leave")

    async def send(
        self, room_id: str, content: Any, *, type: str = "m.room.message", txn_id: str | None = None
    ) -> Answer:
        txn_id = txn_id or f"txn{next(self._txn)}"
        path = f"/rooms/{segment(room_id)}/send/{segment(type)}/{segment(txn_id)}"
        return await self.put(path, content)

    async def say(self, room_id: str, text: str) -> str:
        """Sends a text; its event id."""
        answer = await self.send(room_id, {"msgtype": "m.text", "body": text})
        event_id: str = answer.ok()["event_id"]
        return event_id

    async def set_state(self, room_id: str, type: str, content: Any, state_key: str = "") -> Answer:
        path = f"/rooms/{segment(room_id)}/state/{segment(type)}/{segment(state_key)}"
        return await self.put(path, content)

    async def sync(self, *, timeout: int = 0, **query: Any) -> Answer:
        """From where the last sync ended."""
        answer = await self.get("/sync", since=self.since, timeout=timeout, **query)
        self.since = answer.ok()["next_batch"]
        return answer

    async def another_device(self) -> Person:
        """The same account, signed in once more."""
        return await sign_in(self.http, self.user_id)


def segment(value: str) -> str:
    return quote(value, safe="")


def client_of(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=60, transport=LightTransport())


async def sign_up(http: httpx.AsyncClient, name: str, password: str = PASSWORD) -> Person:
    person = Person(http)
    answer = await person.post(
        "/register",
        {"username": name, "password": password, "auth": {"type": "m.login.dummy"}},
    )
    return _signed_in(person, answer)


async def sign_in(http: httpx.AsyncClient, user: str, password: str = PASSWORD) -> Person:
    person = Person(http)
    answer = await person.post(
        "/login",
        {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user},
            "password": password,
        },
    )
    return _signed_in(person, answer)


def _signed_in(person: Person, answer: Answer) -> Person:
    answer.ok()
    person.user_id = answer["user_id"]
    person.device_id = answer["device_id"]
    person.access_token = answer["access_token"]
    return person
