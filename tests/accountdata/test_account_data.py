"""What a user's clients keep on the server."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from teahouse.homeserver.accountdata import service
from tests.people import Answer, Person, segment
from tests.server import Server

ROOM = "!room:localhost"
DRAFTS = "im.example.drafts"


def path(person: Person, type: str = DRAFTS, room_id: str | None = None) -> str:
    room = f"/rooms/{segment(room_id)}" if room_id is not None else ""
    return f"/user/{segment(person.user_id)}{room}/account_data/{segment(type)}"


async def changes(server: Server, person: Person, after: int = 0) -> tuple[Any, Any, int]:
    """(global, by room, newest position) as sync is given them."""
    account_data, database = server.teahouse.accountdata, server.teahouse.database
    upto = server.teahouse.log.head
    of_account = await database.read(account_data.global_changes, person.user_id, after, upto)
    by_room = await database.read(account_data.room_changes, person.user_id, after, upto)
    return of_account, by_room, upto


async def test_what_was_put_can_be_got(alice: Person) -> None:
    for room_id in (None, ROOM, "!other:localhost"):
        (await alice.get(path(alice, room_id=room_id))).refused(404, "M_NOT_FOUND")
        content = {"room": room_id, "number": 0.25, "茶": ["馆"]}
        (await alice.put(path(alice, room_id=room_id), content)).ok()
        assert (await alice.get(path(alice, room_id=room_id))).ok().body == content
        (await alice.put(path(alice, room_id=room_id), {})).ok()
        assert (await alice.get(path(alice, room_id=room_id))).ok().body == {}


async def test_nobody_else_reads_or_writes_it(alice: Person, bob: Person) -> None:
    nobody = Person(alice.http)
    for room_id in (None, ROOM):
        where = path(alice, room_id=room_id)
        (await alice.put(where, {"a": 1})).ok()
        (await bob.get(where)).refused(403, "M_FORBIDDEN")
        (await bob.put(where, {"a": 2})).refused(403, "M_FORBIDDEN")
        (await nobody.get(where)).refused(401, "M_MISSING_TOKEN")
        (await nobody.put(where, {"a": 3})).refused(401, "M_MISSING_TOKEN")
        assert (await alice.get(where)).ok().body == {"a": 1}


async def test_what_the_server_manages_is_read_only(alice: Person) -> None:
    for type in ("m.fully_read", "m.push_rules"):
        for room_id in (None, ROOM):
            answer = await alice.put(path(alice, type, room_id), {})
            answer.refused(405, "M_BAD_JSON")
    assert "global" in (await alice.get(path(alice, "m.push_rules"))).ok().body


async def test_wrong_content_types_and_rooms_are_refused(alice: Person) -> None:
    (await alice.put(path(alice), [])).refused(400, "M_BAD_JSON")
    (await alice.put(path(alice), b"{")).refused(400, "M_NOT_JSON")
    (await alice.put(path(alice), b'{"a": NaN}')).refused(400, "M_NOT_JSON")
    (await alice.put(path(alice), b'{"a":' * 200 + b"1" + b"}" * 200)).refused(400, "M_BAD_JSON")
    (await alice.put(path(alice, "x" * 256), {})).refused(400, "M_INVALID_PARAM")
    (await alice.put(path(alice, room_id="@bob:localhost"), {})).refused(400, "M_INVALID_PARAM")
    (await alice.get(path(alice, room_id="@bob:localhost"))).refused(400, "M_INVALID_PARAM")
    (await alice.get(path(alice))).refused(404, "M_NOT_FOUND")


async def test_who_has_more_than_fits_may_have_less_or_as_much(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (await alice.put(path(alice, name), {"a": "x" * 500})).ok()
    monkeypatch.setattr(service, "MAX_BYTES", 600)
    monkeypatch.setattr(service, "MAX_PIECES", 1)
    (await alice.put(path(alice, "one"), {"a": "y" * 500})).ok()
    (await alice.put(path(alice, "one"), {"a": "y" * 501})).refused(413, "M_TOO_LARGE")
    (await alice.put(path(alice, "one"), {"a": "y" * 499})).ok()
    # What has been given up is gone, and nothing new comes while there is too much.
    (await alice.put(path(alice, "two"), {"a": "x" * 501})).refused(413, "M_TOO_LARGE")
    (await alice.put(path(alice, "three"), {})).refused(413, "M_TOO_LARGE")
    (await alice.put(path(alice, "one"), {})).ok()
    (await alice.put(path(alice, "two"), {"a": "x" * 501})).ok()


async def test_a_piece_and_a_users_total_are_bounded(alice: Person) -> None:
    (await alice.put(path(alice), {"a": "x" * 300_000})).refused(413, "M_TOO_LARGE")
    most = {"a": "x" * 262_000}
    answers: list[Answer] = [
        await alice.put(path(alice, f"im.example.{number}"), most) for number in range(17)
    ]
    assert [answer.status for answer in answers] == [200] * 16 + [413]
    (await alice.get(path(alice, "im.example.16"))).refused(404, "M_NOT_FOUND")
    # All of it comes in one answer, which is sent in pieces.
    told = [event["type"] for event in (await alice.sync())["account_data"]["events"]]
    assert {f"im.example.{number}" for number in range(16)} <= set(told)
    # What is there may still become smaller.
    (await alice.put(path(alice, "im.example.0"), {})).ok()


async def test_sync_is_told_each_changed_piece_once_in_its_newest_form(
    alice: Person, bob: Person, server: Server
) -> None:
    (await alice.put(path(alice), {"a": 1})).ok()
    (await alice.put(path(alice, room_id=ROOM), {"r": 1})).ok()
    of_account, by_room, upto = await changes(server, alice)
    assert b'{"type":"im.example.drafts","content":{"a":1}}' in of_account
    assert by_room == {ROOM: [b'{"type":"im.example.drafts","content":{"r":1}}']}
    assert await changes(server, alice, upto) == ([], {}, upto)

    (await alice.put(path(alice), {"a": 2})).ok()
    (await alice.put(path(alice), {"a": 3})).ok()
    (await bob.put(path(bob), {"b": 1})).ok()
    of_account, by_room, _ = await changes(server, alice, upto)
    assert of_account == [b'{"type":"im.example.drafts","content":{"a":3}}']
    assert by_room == {}


async def test_sync_has_push_rules_from_the_beginning_only(alice: Person, server: Server) -> None:
    of_account, _, upto = await changes(server, alice)
    assert [event.startswith(b'{"type":"m.push_rules"') for event in of_account] == [True]
    (await alice.put(path(alice), {})).ok()
    of_account, _, _ = await changes(server, alice, upto)
    assert not any(b"m.push_rules" in event for event in of_account)


async def test_a_waiting_sync_hears_of_a_change(alice: Person, server: Server) -> None:
    heard: list[Any] = []
    server.teahouse.log.bus.listen(lambda committed: heard.extend(committed.items))
    (await alice.put(path(alice), {})).ok()
    told = [(item.identifier, item.kind) for item in heard if hasattr(item, "kind")]
    assert (alice.user_id, "account_data") in told


async def test_all_of_it_goes_with_the_account(alice: Person, server: Server) -> None:
    (await alice.put(path(alice), {"a": 1})).ok()
    auth = {"type": "m.login.password", "password": "a fine pot of oolong"}
    (await alice.post("/account/deactivate", {"auth": auth})).ok()
    database, account_data = server.teahouse.database, server.teahouse.accountdata
    assert await database.read(account_data.newest, alice.user_id) == 0


async def test_a_user_is_one_by_the_whole_id(alice: Person, http: httpx.AsyncClient) -> None:
    (await alice.put(f"/user/alice/account_data/{DRAFTS}", {})).refused(403, "M_FORBIDDEN")
