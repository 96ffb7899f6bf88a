"""Secrets and texts go through everything that a person does, right and wrong, and none of them
is in a log at its loudest, in the metrics, or in an error."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import yaml

from teahouse.kit.database import sqlite_url
from tests.people import client_of
from tests.process import ServerProcess
from tests.schema import migrate

V3 = "/_matrix/client/v3"
LOUD = (sys.executable, "-m", "tests.hostile.loud")
PASSWORD = "canary-password-of-alice"


@dataclass
class Birds:
    """What must never be seen again, by what it is."""

    http: httpx.AsyncClient
    known: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def new(self, name: str) -> str:
        self.known[name] = f"canary-{name}"
        return self.known[name]

    async def call(
        self, method: str, path: str, body: Any = None, token: str = "", **headers: str
    ) -> Any:
        if token:
            headers["Authorization"] = f"Bearer {token}"
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = await self.http.request(
            method, path, content=None if body is None else content, headers=headers
        )
        if answer.status_code >= 400:
            self.errors.append(answer.text)
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.json() if is_json else {}

    def seen_in(self, text: str) -> list[str]:
        return [name for name, secret in self.known.items() if secret in text]


def service_file(folder: Path, birds: Birds) -> Path:
    path = folder / "bridge.yaml"
    registration = {
        "id": "bridge",
        "url": f"http://127.0.0.1:{closed_port()}",
        "as_token": birds.new("as-token"),
        "hs_token": birds.new("hs-token"),
        "sender_localpart": "bridge",
        "namespaces": {"users": [{"exclusive": True, "regex": "@bridge_.*:localhost"}]},
    }
    path.write_text(yaml.safe_dump(registration), "utf-8")
    return path


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def birds() -> Birds:
    return Birds(httpx.AsyncClient())


@pytest.fixture
def server(tmp_path: Path, birds: Birds) -> Iterator[ServerProcess]:
    data = tmp_path / "data"
    data.mkdir()
    migrate(sqlite_url(data))
    server = ServerProcess(
        data,
        "--allow-private-urls",
        *("--public-url", "https://teahouse.example"),
        *("--registration-shared-secret", birds.new("shared-secret")),
        *("--turn-uris", "turn:relay.example", "--turn-secret", birds.new("turn-secret")),
        *("--appservices", str(service_file(tmp_path, birds))),
        *("--smtp-host", "127.0.0.1", "--smtp-port", str(closed_port()), "--smtp-tls", "none"),
        *("--smtp-user", "tea", "--smtp-password", birds.new("smtp-password")),
        *("--mail-from", "Tea <tea@teahouse.example>"),
        under=LOUD,
    )
    try:
        yield server.wait_until_ready()
    finally:
        server.stop()


async def test_no_secret_and_no_text_is_in_a_log_a_metric_or_an_error(
    server: ServerProcess, birds: Birds
) -> None:
    async with client_of(server.url) as http:
        birds.http = http
        token = await an_account(birds)
        room = await a_conversation(birds, token)
        await keys_and_settings(birds, token, room)
        await mistakes(birds, token, room)
        metrics = (await http.get("/metrics")).text
    garbage(server.url, birds)
    assert server.stop() == 0
    log = "".join(server.lines)
    assert '"logger": "sqlalchemy.engine' in log
    assert birds.seen_in(log) == []
    assert birds.seen_in(metrics) == []
    assert [error for error in birds.errors if birds.seen_in(error)] == []
    assert len(birds.known) > 40
    assert len(birds.errors) > 40


async def an_account(birds: Birds) -> str:
    """Signs up, in and over; the access token."""
    birds.known["password"] = PASSWORD
    sign_up = {"username": "alice", "password": PASSWORD, "auth": {"type": "m.login.dummy"}}
    first = await birds.call("POST", f"{V3}/register", sign_up)
    birds.known["first access token"] = first["access_token"]
    who = {"type": "m.id.user", "user": "alice"}
    login = {"type": "m.login.password", "identifier": who, "refresh_token": True}
    signed_in = await birds.call("POST", f"{V3}/login", {**login, "password": PASSWORD})
    again = await birds.call("POST", f"{V3}/refresh", {"refresh_token": signed_in["refresh_token"]})
    for name, answer in (("login", signed_in), ("refresh", again)):
        birds.known[f"access token of {name}"] = answer["access_token"]
        birds.known[f"refresh token of {name}"] = answer["refresh_token"]
    await birds.call("POST", f"{V3}/login", {**login, "password": birds.new("wrong-password")})
    await birds.call("POST", f"{V3}/login", {"type": "m.login.token", "token": birds.new("ticket")})
    await birds.call("POST", f"{V3}/refresh", {"refresh_token": birds.new("wrong-refresh-token")})
    invitation = birds.new("registration-token")
    path = "/_matrix/client/v1/register/m.login.registration_token/validity"
    await birds.call("GET", f"{path}?token={invitation}")
    auth = {"type": "m.login.registration_token", "token": invitation}
    await birds.call("POST", f"{V3}/register", {"username": "bob", "auth": auth})
    token: str = again["access_token"]
    changed = {"new_password": birds.new("new-password"), "logout_devices": False}
    proof = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
    await birds.call("POST", f"{V3}/account/password", changed, token)
    await birds.call("POST", f"{V3}/account/password", {**changed, "auth": proof}, token)
    mail = {
        "client_secret": birds.new("client-secret"),
        "email": f"{birds.new('mailbox')}@teahouse.example",
        "send_attempt": 1,
        "next_link": f"https://teahouse.example/{birds.new('next-link')}",
    }
    await birds.call("POST", f"{V3}/account/3pid/email/requestToken", mail, token)
    await birds.call("POST", f"{V3}/account/password/email/requestToken", mail)
    return token


async def a_conversation(birds: Birds, token: str) -> str:
    made = await birds.call(
        "POST", f"{V3}/createRoom", {"name": birds.new("room-name"), "topic": "x"}, token
    )
    room = f"{V3}/rooms/{quote(made['room_id'])}"
    text = {"msgtype": "m.text", "body": birds.new("message")}
    sent = await birds.call("PUT", f"{room}/send/m.room.message/1", text, token)
    event = quote(sent["event_id"])
    secret = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": birds.new("ciphertext")}
    await birds.call("PUT", f"{room}/send/m.room.encrypted/2", secret, token)
    await birds.call("PUT", f"{room}/state/x.note/", {"text": birds.new("state")}, token)
    await birds.call("PUT", f"{room}/redact/{event}/3", {"reason": birds.new("reason")}, token)
    report = {"reason": birds.new("report")}
    await birds.call("POST", f"{room}/report/{event}", report, token)
    term = {"search_term": birds.new("search-term")}
    await birds.call("POST", f"{V3}/search", {"search_categories": {"room_events": term}}, token)
    await birds.call("GET", f"{room}/messages?dir=b", None, token)
    await birds.call("GET", f"{V3}/sync?access_token={token}", None)
    await birds.call("GET", f"{V3}/sync?access_token={birds.new('query-token')}", None)
    upload = f"/_matrix/media/v3/upload?filename={birds.new('file-name')}"
    await birds.call("POST", upload, birds.new("file-content").encode(), token)
    device = {"messages": {"@alice:localhost": {"*": {"key": birds.new("to-device")}}}}
    await birds.call("PUT", f"{V3}/sendToDevice/m.room_key/1", device, token)
    pusher = {
        "app_id": "tea",
        "kind": "http",
        "pushkey": birds.new("push-key"),
        "app_display_name": "Tea",
        "device_display_name": birds.new("device-name"),
        "lang": "en",
        "data": {"url": f"http://127.0.0.1:{closed_port()}/_matrix/push/v1/notify"},
    }
    await birds.call("POST", f"{V3}/pushers/set", pusher, token)
    bridge = "as-token"
    mine = f"{V3}/account/whoami?access_token={birds.known[bridge]}&user_id=@alice:localhost"
    await birds.call("GET", mine)
    return room


async def keys_and_settings(birds: Birds, token: str, room: str) -> None:
    me = f"{V3}/user/@alice:localhost"
    recovery = {"encrypted": {"k": {"iv": "i", "mac": "m", "ciphertext": birds.new("recovery")}}}
    await birds.call("PUT", f"{me}/account_data/m.cross_signing.master", recovery, token)
    backup = {
        "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2",
        "auth_data": {"public_key": birds.new("backup-key")},
    }
    version = (await birds.call("POST", f"{V3}/room_keys/version", backup, token))["version"]
    session = {
        "first_message_index": 0,
        "forwarded_count": 0,
        "is_verified": False,
        "session_data": {"ciphertext": birds.new("session-key")},
    }
    keys = f"{V3}/room_keys/keys/{room.rpartition('/')[2]}/session?version={version}"
    await birds.call("PUT", keys, session, token)
    one_time = {"one_time_keys": {"signed_curve25519:A": {"key": birds.new("one-time-key")}}}
    await birds.call("POST", f"{V3}/keys/upload", one_time, token)
    name = {"displayname": birds.new("display-name")}
    await birds.call("PUT", f"{V3}/profile/@alice:localhost/displayname", name, token)
    rule = {"actions": ["notify"], "pattern": birds.new("push-pattern")}
    await birds.call("PUT", f"{V3}/pushrules/global/content/mine", rule, token)
    status = {"presence": "online", "status_msg": birds.new("status")}
    await birds.call("PUT", f"{V3}/presence/@alice:localhost/status", status, token)


async def mistakes(birds: Birds, token: str, room: str) -> None:
    """Each body is refused, for another reason, by each operation."""
    text = birds.new("in-a-mistake")
    bodies = (
        f'{{"body":"{text}"'.encode(),
        f'"{text}"'.encode(),
        json.dumps({"body": text, "n": 1.5}).encode(),
        json.dumps(dict.fromkeys(FIELDS, text)).encode(),
        json.dumps({name: {text: text} for name in FIELDS}).encode(),
        json.dumps({name: [text] for name in FIELDS}).encode(),
    )
    paths = (
        ("PUT", f"{room}/send/m.room.message/9"),
        ("PUT", f"{room}/state/m.room.power_levels/"),
        ("POST", f"{V3}/createRoom"),
        ("POST", f"{V3}/login"),
        ("POST", f"{V3}/refresh"),
        ("POST", f"{V3}/register"),
        ("POST", f"{V3}/account/password"),
        ("POST", f"{V3}/keys/upload"),
        ("POST", f"{V3}/keys/signatures/upload"),
        ("POST", f"{V3}/search"),
        ("POST", f"{V3}/pushers/set"),
        ("PUT", f"{V3}/sendToDevice/x/9"),
        ("PUT", f"{V3}/pushrules/global/content/other"),
        ("POST", f"{V3}/user/@alice:localhost/filter"),
        ("POST", "/_synapse/admin/v1/register"),
    )
    for method, path in paths:
        for body in bodies:
            await birds.call(method, path, body, token)
    await birds.call("GET", f"{V3}/sync?filter={quote(f'[{text}')}", None, token)
    await birds.call("GET", f"{V3}/sync?since={text}", None, token)
    await birds.call("GET", f"{room}/messages?dir={text}", None, token)
    await birds.call("GET", f"{V3}/{birds.new('unknown-path')}", None, token)
    await birds.call("GET", f"{V3}/account/whoami", None, birds.new("unknown-token"))
    await birds.call("GET", f"{V3}/account/whoami", Authorization=birds.new("no-bearer"))


FIELDS = (
    *("password", "auth", "type", "token", "refresh_token", "username", "new_password", "nonce"),
    *("device_keys", "one_time_keys", "search_categories", "data", "kind", "messages", "users"),
    *("actions", "pattern", "room", "preset", "initial_state", "invite", "identifier", "mac"),
)


def garbage(url: str, birds: Birds) -> None:
    """What is no HTTP."""
    host, _, port = url.rpartition("/")[2].partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"{birds.new('garbage')} / \r\n\r\n".encode())
        connection.recv(1024)
