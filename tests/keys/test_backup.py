"""A user's backup of room keys: versions, keys, which copy of a key is kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Answer, Person, segment

ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2"
AUTH_DATA = {"public_key": "abcdefg", "signatures": {}}
ROOM = "!Mj0bWnVbXhJtNzF9Q5vJYxv4TT3wLJtF8ShZ9rUqfPk"
SESSION = "zKbLg/NrIjpnagy+pIY6uPL4ZwEG2v/8F9lmgsnlZzs"


async def new_backup(person: Person, **auth_data: Any) -> str:
    body = {"algorithm": ALGORITHM, "auth_data": auth_data or AUTH_DATA}
    version: str = (await person.post("/room_keys/version", body)).ok()["version"]
    return version


def key(
    first_message_index: int = 0, forwarded_count: int = 0, is_verified: bool = False, **data: Any
) -> dict[str, Any]:
    return {
        "first_message_index": first_message_index,
        "forwarded_count": forwarded_count,
        "is_verified": is_verified,
        "session_data": {"ciphertext": "secret", **data},
    }


def path(room_id: str | None = None, session_id: str | None = None) -> str:
    names = [name for name in (room_id, session_id) if name is not None]
    return "/".join(["/room_keys/keys", *(segment(name) for name in names)])


async def state(person: Person, version: str) -> tuple[int, str]:
    found = (await person.get(f"/room_keys/version/{version}")).ok()
    return found["count"], found["etag"]


async def put(person: Person, version: str, value: Any, *names: str) -> Answer:
    return await person.put(path(*names), value, version=version)


async def get(person: Person, version: str, *names: str) -> Answer:
    return await person.get(path(*names), version=version)


# versions


async def test_a_backup_is_made_and_found(alice: Person) -> None:
    (await alice.get("/room_keys/version")).refused(404, "M_NOT_FOUND")
    version = await new_backup(alice)
    expected = {
        "algorithm": ALGORITHM,
        "auth_data": AUTH_DATA,
        "count": 0,
        "etag": "0",
        "version": version,
    }
    assert (await alice.get("/room_keys/version")).ok().body == expected
    assert (await alice.get(f"/room_keys/version/{version}")).ok().body == expected


async def test_the_newest_backup_is_the_current_one(alice: Person) -> None:
    first, second = await new_backup(alice), await new_backup(alice)
    assert first != second
    assert (await alice.get("/room_keys/version"))["version"] == second
    (await alice.delete(f"/room_keys/version/{second}")).ok()
    assert (await alice.get("/room_keys/version"))["version"] == first


async def test_a_deleted_backup_is_gone_with_its_keys_and_its_number(alice: Person) -> None:
    version = await new_backup(alice)
    await put(alice, version, key(), ROOM, SESSION)
    (await alice.delete(f"/room_keys/version/{version}")).ok()
    (await alice.delete(f"/room_keys/version/{version}")).ok()
    (await alice.get(f"/room_keys/version/{version}")).refused(404, "M_NOT_FOUND")
    (await get(alice, version, ROOM, SESSION)).refused(404, "M_NOT_FOUND")
    assert await new_backup(alice) != version


async def test_a_backup_that_never_was_is_not_found(alice: Person) -> None:
    for version in ("1", "0", "-1", "x", "1.0", "9" * 30, "٣"):
        where = f"/room_keys/version/{segment(version)}"
        body = {"algorithm": ALGORITHM, "auth_data": {}}
        (await alice.get(where)).refused(404, "M_NOT_FOUND")
        (await alice.put(where, body)).refused(404, "M_NOT_FOUND")
        (await alice.delete(where)).refused(404, "M_NOT_FOUND")
        for method in ("GET", "PUT", "DELETE"):
            answer = await alice.call(method, path(), {"rooms": {}}, version=version)
            answer.refused(404, "M_NOT_FOUND")


async def test_only_the_auth_data_of_a_backup_changes(alice: Person) -> None:
    version = await new_backup(alice)
    where = f"/room_keys/version/{version}"
    body = {"algorithm": ALGORITHM, "auth_data": {"public_key": "new"}, "version": version}
    (await alice.put(where, body)).ok()
    assert (await alice.get(where))["auth_data"] == {"public_key": "new"}
    (await alice.put(where, body | {"version": "77"})).refused(400, "M_INVALID_PARAM")
    (await alice.put(where, body | {"algorithm": "m.other"})).refused(400, "M_INVALID_PARAM")


async def test_nobody_reaches_the_backup_of_another(alice: Person, bob: Person) -> None:
    version = await new_backup(alice)
    await put(alice, version, key(), ROOM, SESSION)
    (await bob.get(f"/room_keys/version/{version}")).refused(404, "M_NOT_FOUND")
    (await get(bob, version)).refused(404, "M_NOT_FOUND")
    (await bob.delete(path(), version=version)).refused(404, "M_NOT_FOUND")
    assert await new_backup(bob) == version
    assert (await get(bob, version)).ok().body == {"rooms": {}}
    (await bob.delete(path(), version=version)).ok()
    assert (await state(alice, version))[0] == 1


# keys


async def test_a_key_is_stored_and_read_in_three_ways(alice: Person) -> None:
    version = await new_backup(alice)
    answer = (await put(alice, version, key(3), ROOM, SESSION)).ok()
    assert answer.body == {"count": 1, "etag": (await state(alice, version))[1]}
    sessions = {"sessions": {SESSION: key(3)}}
    assert (await get(alice, version, ROOM, SESSION)).ok().body == key(3)
    assert (await get(alice, version, ROOM)).ok().body == sessions
    assert (await get(alice, version)).ok().body == {"rooms": {ROOM: sessions}}


async def test_keys_are_stored_a_room_or_all_at_once(alice: Person) -> None:
    version = await new_backup(alice)
    one = {"sessions": {"a/b": key(), "c": key()}}
    assert (await put(alice, version, one, ROOM)).ok()["count"] == 2
    other = {
        "rooms": {"!b:localhost": {"sessions": {"a/b": key()}}, ROOM: one, "!e:x": {"sessions": {}}}
    }
    assert (await put(alice, version, other)).ok()["count"] == 3
    del other["rooms"]["!e:x"]
    assert (await get(alice, version)).ok().body == other


async def test_what_is_not_there_reads_as_empty(alice: Person) -> None:
    version = await new_backup(alice)
    assert (await get(alice, version)).ok().body == {"rooms": {}}
    assert (await get(alice, version, ROOM)).ok().body == {"sessions": {}}
    (await get(alice, version, ROOM, SESSION)).refused(404, "M_NOT_FOUND")


async def test_keys_are_deleted_a_session_a_room_or_all_at_once(alice: Person) -> None:
    version = await new_backup(alice)
    rooms = {room: {"sessions": {"a": key(), "b/c": key()}} for room in (ROOM, "!b:x", "!c:x")}
    await put(alice, version, {"rooms": rooms})
    etags = [(await state(alice, version))[1]]
    for names, left in (((ROOM, "b/c"), 5), ((ROOM,), 4), ((), 0)):
        answer = (await alice.delete(path(*names), version=version)).ok()
        assert answer["count"] == left
        etags.append(answer["etag"])
    assert len(set(etags)) == 4
    again = (await alice.delete(path(), version=version)).ok()
    assert again.body == {"count": 0, "etag": etags[-1]}


@pytest.mark.parametrize(
    ("there", "comes", "is_replaced"),
    [
        (key(5, 5, False), key(9, 9, True), True),
        (key(9, 9, True), key(0, 0, False), False),
        (key(5, 0, True), key(4, 9, True), True),
        (key(5, 9, False), key(6, 0, False), False),
        (key(5, 3, False), key(5, 2, False), True),
        (key(5, 3, False), key(5, 4, False), False),
        (key(5, 3, False), key(5, 3, False, other="data"), False),
    ],
)
async def test_the_better_copy_of_a_key_is_kept(
    alice: Person, there: Any, comes: Any, is_replaced: bool
) -> None:
    version = await new_backup(alice)
    before = (await put(alice, version, there, ROOM, SESSION)).ok()
    after = (await put(alice, version, comes, ROOM, SESSION)).ok()
    kept = (await get(alice, version, ROOM, SESSION)).ok().body
    assert kept == (comes if is_replaced else there)
    assert (before["etag"] != after["etag"], after["count"]) == (is_replaced, 1)


async def test_keys_go_into_the_newest_backup_only(alice: Person) -> None:
    old, new = await new_backup(alice), await new_backup(alice)
    for value, names in (
        (key(), (ROOM, SESSION)),
        ({"sessions": {"a": key()}}, (ROOM,)),
        ({"rooms": {}}, ()),
    ):
        refused = await put(alice, old, value, *names)
        refused.refused(403, "M_WRONG_ROOM_KEYS_VERSION")
        assert refused["current_version"] == new
        (await put(alice, "77", value, *names)).refused(404, "M_NOT_FOUND")
    assert (await state(alice, old))[0] == 0


async def test_keys_of_an_old_backup_are_still_read_and_deleted(alice: Person) -> None:
    old = await new_backup(alice)
    await put(alice, old, key(), ROOM, SESSION)
    await new_backup(alice)
    assert (await get(alice, old, ROOM, SESSION)).ok().body == key()
    assert (await alice.delete(path(ROOM), version=old)).ok()["count"] == 0


async def test_a_large_backup_comes_whole(alice: Person) -> None:
    version = await new_backup(alice)
    rooms = {
        f"!room{n}:x": {"sessions": {f"session/{m}": key(m, n) for m in range(260)}}
        for n in range(5)
    }
    assert (await put(alice, version, {"rooms": rooms})).ok()["count"] == 1300
    assert (await get(alice, version)).ok().body == {"rooms": rooms}
    assert (await get(alice, version, "!room3:x")).ok().body == rooms["!room3:x"]
    raw = await alice.http.get(
        "/_matrix/client/v3" + path(),
        params={"version": version},
        headers={"Authorization": f"Bearer {alice.access_token}"},
    )
    assert raw.content.count(b"session_data") == 1300


async def test_a_body_of_several_megabytes_is_taken_and_a_larger_one_is_not(alice: Person) -> None:
    version = await new_backup(alice)
    sessions = {str(n): key(padding="x" * 60_000) for n in range(60)}
    assert (await put(alice, version, {"sessions": sessions}, ROOM)).ok()["count"] == 60
    assert (await get(alice, version, ROOM)).ok().body == {"sessions": sessions}
    large = b'{"rooms":{}' + b" " * (10 << 20) + b"}"
    (await put(alice, version, large)).refused(413, "M_TOO_LARGE")


async def test_the_data_of_one_key_is_bounded(alice: Person) -> None:
    version = await new_backup(alice)
    large = key(padding="x" * 70_000)
    (await put(alice, version, large, ROOM, SESSION)).refused(413, "M_TOO_LARGE")
    body = {"algorithm": ALGORITHM, "auth_data": {"a": "x" * 70_000}}
    (await alice.post("/room_keys/version", body)).refused(413, "M_TOO_LARGE")


async def test_the_version_must_be_named(alice: Person) -> None:
    await new_backup(alice)
    for names, value in (
        ((), {"rooms": {}}),
        ((ROOM,), {"sessions": {}}),
        ((ROOM, SESSION), key()),
    ):
        for method in ("GET", "PUT", "DELETE"):
            answer = await alice.call(method, path(*names), value)
            answer.refused(400, "M_MISSING_PARAM")


WRONG_KEYS: list[Any] = [
    {},
    [],
    {**key(), "first_message_index": "1"},
    {**key(), "first_message_index": -1},
    {**key(), "first_message_index": 1.5},
    {**key(), "first_message_index": 2**63},
    {**key(), "forwarded_count": None},
    {**key(), "forwarded_count": -1},
    {**key(), "is_verified": 1},
    {**key(), "session_data": 5},
    {**key(), "session_data": None},
]


@pytest.mark.parametrize("wrong", WRONG_KEYS)
async def test_wrong_types_in_a_key_are_refused(alice: Person, wrong: Any) -> None:
    version = await new_backup(alice)
    (await put(alice, version, wrong, ROOM, SESSION)).refused(400, "M_BAD_JSON")
    (await put(alice, version, {"sessions": {"a": wrong}}, ROOM)).refused(400, "M_BAD_JSON")
    rooms = {"rooms": {ROOM: {"sessions": {"good": key(), "wrong": wrong}}}}
    (await put(alice, version, rooms)).refused(400, "M_BAD_JSON")
    assert await state(alice, version) == (0, "0")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rooms": []},
        {"rooms": {ROOM: {}}},
        {"rooms": {ROOM: {"sessions": 1}}},
        {"rooms": {"not a room": {"sessions": {}}}},
        {"rooms": {ROOM: {"sessions": {"a\x00": key()}}}},
        {"rooms": {ROOM: {"sessions": {"a" * 256: key()}}}},
    ],
)
async def test_wrong_types_around_keys_are_refused(alice: Person, body: Any) -> None:
    version = await new_backup(alice)
    (await put(alice, version, body)).refused(400, "M_BAD_JSON")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"algorithm": ALGORITHM},
        {"auth_data": {}},
        {"algorithm": 1, "auth_data": {}},
        {"algorithm": ALGORITHM, "auth_data": []},
        {"algorithm": ALGORITHM, "auth_data": 1},
        {"algorithm": ALGORITHM, "auth_data": {}, "version": 1},
    ],
)
async def test_wrong_types_in_a_version_are_refused(alice: Person, body: Any) -> None:
    (await alice.post("/room_keys/version", body)).refused(400, "M_BAD_JSON")
    version = await new_backup(alice)
    (await alice.put(f"/room_keys/version/{version}", body)).refused(400, "M_BAD_JSON")


async def test_data_that_is_text_comes_back_as_it_is(alice: Person) -> None:
    """The specification has objects; older clients put text there, which is nobody's but theirs."""

    async def ask(method: str, path: str, body: Any = None, **query: str) -> Any:
        # Past the check against the specification, of which such answers are no example.
        headers = {"Authorization": f"Bearer {alice.access_token}"}
        path = f"/_matrix/client/v3/room_keys/{path}"
        answer = await alice.http.request(method, path, headers=headers, json=body, params=query)
        assert answer.status_code == 200
        return answer.json()

    made = await ask("POST", "version", {"algorithm": ALGORITHM, "auth_data": "opaque"})
    assert (await ask("GET", "version"))["auth_data"] == "opaque"
    session = key() | {"session_data": "opaque too"}
    where = f"keys/{segment(ROOM)}/a"
    await ask("PUT", where, session, version=made["version"])
    assert await ask("GET", where, version=made["version"]) == session


async def test_odd_names_in_the_path_are_refused(alice: Person) -> None:
    version = await new_backup(alice)
    (await put(alice, version, key(), "not a room", "a")).refused(400, "M_INVALID_PARAM")
    (await put(alice, version, key(), ROOM, "a b")).refused(400, "M_INVALID_PARAM")
    (await put(alice, version, key(), ROOM, "a" * 256)).refused(400, "M_INVALID_PARAM")
    (await get(alice, version, "!a\x00", "a")).refused(400, "M_INVALID_PARAM")


async def test_without_a_token_nothing_is_shown_or_done(alice: Person) -> None:
    version = await new_backup(alice)
    for method, where in (
        ("POST", "/room_keys/version"),
        ("GET", "/room_keys/version"),
        *((method, f"/room_keys/version/{version}") for method in ("GET", "PUT", "DELETE")),
        *((method, path()) for method in ("GET", "PUT", "DELETE")),
        *((method, path(ROOM)) for method in ("GET", "PUT", "DELETE")),
        *((method, path(ROOM, SESSION)) for method in ("GET", "PUT", "DELETE")),
    ):
        answer = await alice.call(method, where, {}, token="", version=version)
        answer.refused(401, "M_MISSING_TOKEN")
