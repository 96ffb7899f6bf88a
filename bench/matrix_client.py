"""One device of one user: the client-server API v3 and nothing else."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

import msgspec

from bench import sync_reply
from bench.http_client import Address, Connection, Reply, request_bytes
from bench.sync_reply import SyncReply

SYNC_TIMEOUT_MS = 30_000
_API = "/_matrix/client/v3"


class MatrixError(Exception):
    """An answer that is not a success."""

    def __init__(self, what: str, reply: Reply) -> None:
        super().__init__(f"{what}: {reply.status} {reply.body[:300].decode(errors='replace')}")
        self.status = reply.status
        self.body = reply.body


class MatrixClient:
    """Sending and syncing have a connection each, as in a real client."""

    def __init__(self, address: Address, account: dict[str, Any], password: str) -> None:
        self.address = address
        self.user_id: str = account["user_id"]
        self.password = password
        self.since = ""
        self._token: str = account["access_token"]
        self._asking = Connection(address)
        self._syncing = Connection(address)
        self._txn_prefix = secrets.token_hex(6)
        self._txn_count = 0
        self._send_targets: dict[tuple[str, str], str] = {}

    async def sync(self) -> SyncReply:
        """The next answer after `since`, by long poll; the first is an initial sync.

        `since` moves on only when the answer is complete.
        """
        target = f"{_API}/sync?timeout={SYNC_TIMEOUT_MS}"
        if self.since:
            target += f"&since={quote(self.since, safe='')}"
        request = request_bytes(self.address, "GET", target, token=self._token)
        reply = await self._syncing.exchange(request, repeatable=True)
        if reply.status != 200:
            raise MatrixError("GET /sync", reply)
        answer = sync_reply.decode(reply.body)
        self.since = answer.next_batch
        return answer

    async def send(self, room_id: str, event_type: str, content: bytes) -> None:
        """Returns when the server has answered, so when the event is stored."""
        prefix = self._send_targets.get((room_id, event_type))
        if prefix is None:
            prefix = f"{_API}/rooms/{quote(room_id, safe='')}/send/{quote(event_type, safe='')}/"
            self._send_targets[room_id, event_type] = prefix
        self._txn_count += 1
        target = f"{prefix}{self._txn_prefix}.{self._txn_count}"
        request = request_bytes(self.address, "PUT", target, token=self._token, body=content)
        reply = await self._asking.exchange(request, repeatable=True)
        if reply.status != 200:
            raise MatrixError("PUT /send", reply)

    async def create_room(self, **options: Any) -> str:
        answer = await self.post("/createRoom", options)
        room_id: str = answer["room_id"]
        return room_id

    async def join(self, room_id: str) -> None:
        await self.post(f"/join/{quote(room_id, safe='')}", {})

    async def new_device(self) -> MatrixClient:
        login = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self.user_id},
            "password": self.password,
        }
        return MatrixClient(self.address, await self.post("/login", login), self.password)

    def close(self) -> None:
        self._asking.close()
        self._syncing.close()

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """`path` is below v3, or whole when it starts with /_matrix."""
        return await post(self._asking, self.address, path, body, token=self._token)

    async def get(self, path: str) -> bytes:
        """The answer undecoded; `path` is below v3."""
        request = request_bytes(self.address, "GET", _API + path, token=self._token)
        reply = await self._asking.exchange(request, repeatable=True)
        if reply.status != 200:
            raise MatrixError(f"GET {path}", reply)
        return reply.body


async def register(address: Address, name: str) -> MatrixClient:
    """Signs up by the dummy stage of user-interactive authentication."""
    connection = Connection(address)
    password = secrets.token_urlsafe(12)
    body: dict[str, Any] = {"username": name, "password": password}
    try:
        account = await post(connection, address, "/register", body)
    except MatrixError as error:
        if error.status != 401:
            raise
        session = msgspec.json.decode(error.body)["session"]
        body["auth"] = {"type": "m.login.dummy", "session": session}
        account = await post(connection, address, "/register", body)
    finally:
        connection.close()
    return MatrixClient(address, account, password)


async def post(
    connection: Connection, address: Address, path: str, body: dict[str, Any], *, token: str = ""
) -> dict[str, Any]:
    whole = path if path.startswith("/_matrix") else _API + path
    request = request_bytes(address, "POST", whole, token=token, body=msgspec.json.encode(body))
    reply = await connection.exchange(request)
    if reply.status != 200:
        raise MatrixError(f"POST {path}", reply)
    answer: dict[str, Any] = msgspec.json.decode(reply.body)
    return answer
