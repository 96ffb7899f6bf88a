"""What is malformed, too large or not one's own is refused in the specification's words, and
nothing changes by it."""

from __future__ import annotations

import os
from typing import Any

import httpx
import pytest

from tests.people import Person, segment
from tests.server import Server

V3 = "/_matrix/client/v3"
REFUSALS = ("M_BAD_JSON", "M_NOT_JSON", "M_INVALID_PARAM", "M_UNSUPPORTED_ROOM_VERSION")
WRONG_VALUES: list[Any] = [None, True, 7, "text", [], {}, [[]], [None]]


@pytest.fixture
async def room_id(alice: Person) -> str:
    return await alice.create_room()


@pytest.fixture(autouse=True)
async def nothing_changes(server: Server, room_id: str, bob: Person) -> Any:
    """The head of the log stands where it stood before each of these tests."""
    head = server.teahouse.log.head
    yield
    assert server.teahouse.log.head == head


def send_path(room_id: str) -> str:
    return f"/rooms/{segment(room_id)}/send/m.room.message/txn"


BAD_CONTENTS = [
    (b"{", "M_NOT_JSON"),
    (b"", "M_NOT_JSON"),
    (b"not json", "M_NOT_JSON"),
    (b'{"body":"x"}{}', "M_NOT_JSON"),
    (b'{"body":"\xff"}', "M_NOT_JSON"),
    (b'{"body":"\\ud800"}', "M_NOT_JSON"),
    (b'{"a":NaN}', "M_NOT_JSON"),
    (b"[]", "M_BAD_JSON"),
    (b'"text"', "M_BAD_JSON"),
    (b"null", "M_BAD_JSON"),
    (b'{"n":1.5}', "M_BAD_JSON"),
    (b'{"n":9007199254740992}', "M_BAD_JSON"),
    (b'{"n":-9007199254740992}', "M_BAD_JSON"),
    (b'{"n":1e400}', "M_NOT_JSON"),
    (b'{"a":' * 200 + b"1" + b"}" * 200, "M_BAD_JSON"),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "M_NOT_JSON"),
    (b'{"a":' + b"[" * 101 + b"]" * 101 + b"}", "M_BAD_JSON"),
]


async def test_content_that_no_event_can_hold_is_refused(alice: Person, room_id: str) -> None:
    for body, errcode in BAD_CONTENTS:
        (await alice.put(send_path(room_id), body)).refused(400, errcode)


async def test_an_event_of_65_kib_is_refused(alice: Person, room_id: str) -> None:
    answer = await alice.send(room_id, {"msgtype": "m.text", "body": "x" * 66_000})
    answer.refused(413, "M_TOO_LARGE")


async def test_a_type_or_state_key_of_256_bytes_is_refused(alice: Person, room_id: str) -> None:
    (await alice.send(room_id, {}, type="x" * 256)).refused(413, "M_TOO_LARGE")
    (await alice.set_state(room_id, "x.y", {}, "茶" * 86)).refused(413, "M_TOO_LARGE")


async def test_a_nul_where_the_database_can_hold_none_is_refused(alice: Person) -> None:
    for state in ({"type": "a\0b", "content": {}}, {"type": "a", "state_key": "\0", "content": {}}):
        answer = await alice.post("/createRoom", {"initial_state": [state]})
        answer.refused(400, "M_BAD_JSON")


async def test_a_body_of_11_mib_is_refused_without_being_kept(
    alice: Person, room_id: str, server: Server
) -> None:
    body = b'{"body":"' + b"x" * (11 << 20) + b'"}'
    before = resident_bytes()
    for _ in range(8):
        (await alice.put(send_path(room_id), body)).refused(413, "M_TOO_LARGE")
    assert resident_bytes() - before < 64 << 20


async def test_a_body_without_end_is_cut_off(alice: Person, room_id: str) -> None:
    async def endless() -> Any:
        for _ in range(1 << 12):
            yield b"x" * 4096

    headers = {"Authorization": f"Bearer {alice.access_token}"}
    try:
        answer = await alice.http.put(V3 + send_path(room_id), content=endless(), headers=headers)
    except httpx.TransportError:
        return  # the connection was closed while it was still being sent
    assert answer.status_code == 413


ROOM_FIELDS = (
    *("preset", "visibility", "room_alias_name", "name", "topic", "invite", "invite_3pid"),
    *("room_version", "creation_content", "initial_state", "is_direct"),
    "power_level_content_override",
)


async def test_a_room_with_a_field_of_a_wrong_type_is_not_created(alice: Person) -> None:
    for field in ROOM_FIELDS:
        for wrong in WRONG_VALUES:
            if not is_fine(field, wrong):
                answer = await alice.post("/createRoom", {field: wrong})
                assert answer.status in (400, 403), (field, wrong, answer)
                assert answer.errcode in REFUSALS, (field, wrong, answer)


def is_fine(field: str, value: Any) -> bool:
    """Values that are of the field's type after all."""
    if value is None:
        # Absent and null are told apart by no client; optional texts may be null.
        return field in ("preset", "room_alias_name", "name", "topic", "room_version")
    if field in ("name", "topic", "room_alias_name"):
        return isinstance(value, str)
    if field == "is_direct":
        return isinstance(value, bool)
    if field in ("invite", "invite_3pid", "initial_state"):
        return bool(value == [])
    return field in ("creation_content", "power_level_content_override") and value == {}


BAD_FILTERS = [
    "{",
    "[]",
    '{"room":7}',
    '{"room":{"timeline":[]}}',
    '{"room":{"timeline":{"limit":"ten"}}}',
    '{"room":{"timeline":{"limit":1.5}}}',
    '{"room":{"timeline":{"limit":-1}}}',
    '{"room":{"timeline":{"types":"m.room.message"}}}',
    '{"room":{"rooms":[7]}}',
    '{"event_fields":[7]}',
    '{"event_format":"xml"}',
    '{"presence":true}',
    "999999",
    "../../etc/passwd",
    "{" * 10_000,
]


async def test_a_filter_that_is_none_is_refused(alice: Person) -> None:
    for bad in BAD_FILTERS:
        answer = await alice.get("/sync", filter=bad, timeout=0)
        assert answer.status == 400, (bad, answer)
        assert answer.errcode in REFUSALS, (bad, answer)


async def test_a_sync_token_of_another_kind_is_refused(alice: Person) -> None:
    for token in ("", "x", "s", "s-1", "s1_", "s99999999999999999999", "t5", "s1_x"):
        answer = await alice.get("/sync", since=token, timeout=0)
        answer.refused(400, "M_INVALID_PARAM")


async def test_a_token_beyond_the_head_gets_everything_not_a_hang(
    alice: Person, room_id: str
) -> None:
    query = {"since": "s999999999", "set_presence": "offline"}
    answer = (await alice.get("/sync", timeout=30_000, **query)).ok()
    assert room_id in answer["rooms"]["join"]


async def test_a_timeout_that_is_no_number_is_refused(alice: Person) -> None:
    for timeout in ("-1", "--5", "5-", "x", "1.5", "1e3", "٣", "²"):
        (await alice.get("/sync", timeout=timeout)).refused(400, "M_INVALID_PARAM")


async def test_a_missing_or_wrong_token_is_refused(alice: Person, room_id: str) -> None:
    path = send_path(room_id)
    nobody = Person(alice.http)
    (await nobody.put(path, {})).refused(401, "M_MISSING_TOKEN")
    (await nobody.call("PUT", path, {}, token="wrong")).refused(401, "M_UNKNOWN_TOKEN")
    (await nobody.put(path, {}, access_token="wrong")).refused(401, "M_UNKNOWN_TOKEN")
    headers = {"Cookie": f"access_token={alice.access_token}"}
    answer = await alice.http.put(V3 + path, json={}, headers=headers)
    assert answer.status_code == 401


async def test_a_path_that_is_no_operation_is_not_recognized(alice: Person) -> None:
    headers = {"Authorization": f"Bearer {alice.access_token}"}
    for path in ("/whoami/../account", "/%2e%2e/versions", "//sync", "/sync/x", "/sync%00"):
        url = str(alice.http.base_url).rstrip("/") + V3 + path
        answer = await alice.http.get(httpx.URL(url), headers=headers)
        assert answer.status_code in (400, 404), (path, answer.text)
        assert answer.json()["errcode"] in ("M_UNRECOGNIZED", "M_INVALID_PARAM"), path


async def test_a_wrong_method_is_not_allowed(alice: Person) -> None:
    (await alice.call("PATCH", "/sync")).refused(405, "M_UNRECOGNIZED")
    (await alice.delete("/createRoom")).refused(405, "M_UNRECOGNIZED")


def resident_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


IN_A_ROOM: list[tuple[str, str, Any]] = [
    ("PUT", "send/m.room.message/1", {"body": "x"}),
    ("PUT", "state/m.room.name/", {"name": "x"}),
    ("PUT", "redact/$event/1", {}),
    ("POST", "invite", {"user_id": "@carol:localhost"}),
    ("POST", "kick", {"user_id": "@alice:localhost"}),
    ("POST", "ban", {"user_id": "@alice:localhost"}),
    ("POST", "unban", {"user_id": "@alice:localhost"}),
    ("POST", "leave", {}),
    ("POST", "receipt/m.read/$event", {}),
    ("PUT", "typing/@bob:localhost", {"typing": True}),
    ("GET", "state", None),
    ("GET", "state/m.room.name/", None),
    ("GET", "members", None),
    ("GET", "joined_members", None),
    ("GET", "messages?dir=b", None),
]


async def test_a_stranger_can_not_tell_a_room_from_none(bob: Person, room_id: str) -> None:
    no_room = "!" + "A" * 43
    for method, rest, body in IN_A_ROOM:
        theirs = await bob.call(method, f"/rooms/{segment(room_id)}/{rest}", body)
        none = await bob.call(method, f"/rooms/{segment(no_room)}/{rest}", body)
        assert theirs.status in (403, 404), (rest, theirs)
        assert (theirs.status, theirs.body) == (none.status, none.body), rest


async def test_a_stranger_can_not_touch_a_device_of_another(alice: Person, bob: Person) -> None:
    path = f"/devices/{segment(alice.device_id)}"
    (await bob.get(path)).refused(404, "M_NOT_FOUND")
    (await bob.put(path, {"display_name": "mine"})).refused(404, "M_NOT_FOUND")
    answer = await bob.put(f"/user/{segment(alice.user_id)}/account_data/x.y", {})
    answer.refused(403, "M_FORBIDDEN")
    answer = await bob.put(f"/profile/{segment(alice.user_id)}/displayname", {"displayname": "x"})
    answer.refused(403, "M_FORBIDDEN")
