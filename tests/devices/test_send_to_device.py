"""Messages from device to device, and the inbox that they wait in."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from teahouse.homeserver.devices import inbox
from teahouse.kit.database import ReadTx
from tests.people import Answer, Person, segment
from tests.server import Server


async def send(
    person: Person, messages: Any, txn_id: str = "1", type: str = "m.room_key_request"
) -> Answer:
    path = f"/sendToDevice/{segment(type)}/{segment(txn_id)}"
    return await person.put(path, {"messages": messages})


async def waiting(server: Server, person: Person) -> list[Any]:
    """What waits for the person's device."""
    page = await read_page(server, person)
    return [json.loads(message) for message in page.messages]


async def read_page(server: Server, person: Person, after: int = 0, **limits: int) -> Any:
    def read(tx: ReadTx) -> Any:
        head = server.teahouse.log.head
        return inbox.page(tx, person.user_id, person.device_id, after, head, **limits)

    return await server.teahouse.database.read(read)


async def acknowledge(server: Server, person: Person, upto: int) -> None:
    await server.teahouse.log.submit(
        lambda tx: inbox.acknowledge(tx, person.user_id, person.device_id, upto)
    )


async def test_a_message_waits_for_the_device_it_is_for(
    alice: Person, bob: Person, server: Server
) -> None:
    phone = await bob.another_device()
    (await send(alice, {bob.user_id: {bob.device_id: {"n": 1}}})).ok()
    assert await waiting(server, bob) == [
        {"sender": alice.user_id, "type": "m.room_key_request", "content": {"n": 1}}
    ]
    assert await waiting(server, phone) == []


async def test_a_star_means_every_device(alice: Person, bob: Person, server: Server) -> None:
    phone = await bob.another_device()
    (await send(alice, {bob.user_id: {"*": {"for": "all"}, phone.device_id: {"for": "you"}}})).ok()
    assert [m["content"] for m in await waiting(server, bob)] == [{"for": "all"}]
    assert [m["content"] for m in await waiting(server, phone)] == [{"for": "you"}]


async def test_unknown_users_devices_and_servers_are_passed_over(
    alice: Person, bob: Person, server: Server
) -> None:
    messages = {
        "@nobody:localhost": {"*": {}},
        "@bob:elsewhere.example": {"*": {}},
        "not a user": {"*": {}},
        bob.user_id: {"NOSUCH": {}, bob.device_id: {"n": 1}},
    }
    (await send(alice, messages)).ok()
    assert len(await waiting(server, bob)) == 1


async def test_a_retry_is_delivered_once(alice: Person, bob: Person, server: Server) -> None:
    message = {bob.user_id: {bob.device_id: {"n": 1}}}
    answers = await asyncio.gather(*(send(alice, message, "same") for _ in range(5)))
    assert {answer.status for answer in answers} == {200}
    (await send(alice, message, "same")).ok()
    assert len(await waiting(server, bob)) == 1


async def test_another_transaction_type_or_device_is_another_message(
    alice: Person, bob: Person, server: Server
) -> None:
    message = {bob.user_id: {bob.device_id: {"n": 1}}}
    phone = await alice.another_device()
    for sent in (
        send(alice, message, "1"),
        send(alice, message, "2"),
        send(alice, message, "1", type="m.other"),
        send(phone, message, "1"),
    ):
        (await sent).ok()
    assert len(await waiting(server, bob)) == 4


async def test_messages_come_in_order_each_with_a_position(
    alice: Person, bob: Person, server: Server
) -> None:
    for n in range(5):
        await send(alice, {bob.user_id: {"*": {"n": n}}}, str(n))
    assert [m["content"]["n"] for m in await waiting(server, bob)] == list(range(5))
    seen, after = [], 0
    while True:
        page = await read_page(server, bob, after, max_count=1)
        seen += page.messages
        if page.last_pos is None:
            break
        after = page.last_pos
    assert [json.loads(message)["content"]["n"] for message in seen] == list(range(5))


async def test_a_page_is_cut_by_bytes_but_never_empty(
    alice: Person, bob: Person, server: Server
) -> None:
    for n in range(3):
        await send(alice, {bob.user_id: {"*": {"n": "x" * 500}}}, str(n))
    assert len((await read_page(server, bob, max_bytes=1)).messages) == 1
    assert len((await read_page(server, bob, max_bytes=1300)).messages) == 2
    whole = await read_page(server, bob)
    assert (len(whole.messages), whole.last_pos) == (3, None)


async def test_what_is_acknowledged_is_gone_and_the_rest_waits(
    alice: Person, bob: Person, server: Server
) -> None:
    for n in range(4):
        await send(alice, {bob.user_id: {"*": {"n": n}}}, str(n))
    page = await read_page(server, bob, max_count=2)
    await acknowledge(server, bob, page.last_pos)
    assert [m["content"]["n"] for m in await waiting(server, bob)] == [2, 3]
    await send(alice, {bob.user_id: {"*": {"n": 4}}}, "4")
    assert [m["content"]["n"] for m in await waiting(server, bob)] == [2, 3, 4]


async def test_a_page_is_bounded_on_both_sides(alice: Person, bob: Person, server: Server) -> None:
    heads = [server.teahouse.log.head]
    for n in range(3):
        await send(alice, {bob.user_id: {"*": {"n": n}}}, str(n))
        heads.append(server.teahouse.log.head)

    def read(tx: ReadTx) -> Any:
        return inbox.page(tx, bob.user_id, bob.device_id, heads[1], heads[2])

    page = await server.teahouse.database.read(read)
    assert [json.loads(message)["content"]["n"] for message in page.messages] == [1]


async def test_the_newest_position_is_that_of_any_device(
    alice: Person, bob: Person, server: Server
) -> None:
    async def newest() -> int:
        return await server.teahouse.database.read(inbox.newest, bob.user_id)

    assert await newest() == 0
    phone = await bob.another_device()
    await send(alice, {bob.user_id: {bob.device_id: {}}}, "1")
    first = await newest()
    await send(alice, {bob.user_id: {phone.device_id: {}}}, "2")
    assert await newest() > first > 0


async def test_a_deleted_device_takes_its_messages_along(
    alice: Person, bob: Person, server: Server
) -> None:
    phone = await bob.another_device()
    await send(alice, {bob.user_id: {"*": {}}})
    await phone.post("/logout")
    assert await waiting(server, phone) == []
    assert len(await waiting(server, bob)) == 1


async def test_a_full_inbox_takes_no_more_until_it_is_read(
    alice: Person, bob: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MAX_WAITING", 3)
    phone = await bob.another_device()
    for n in range(5):
        (await send(alice, {bob.user_id: {bob.device_id: {"n": n}}}, str(n))).ok()
    assert [m["content"]["n"] for m in await waiting(server, bob)] == [0, 1, 2]
    (await send(alice, {bob.user_id: {"*": {"n": 5}}}, "5")).ok()
    assert len(await waiting(server, phone)) == 1
    await acknowledge(server, bob, server.teahouse.log.head)
    (await send(alice, {bob.user_id: {"*": {"n": 6}}}, "6")).ok()
    assert [m["content"]["n"] for m in await waiting(server, bob)] == [6]


async def test_nobody_fills_the_inbox_of_another_alone(
    alice: Person, bob: Person, carol: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MANY_WAITING", 3)
    monkeypatch.setattr(inbox, "SHARE", 2)
    for n in range(8):
        (await send(alice, {bob.user_id: {"*": {"n": n}}}, str(n))).ok()
    assert [m["content"]["n"] for m in await waiting(server, bob)] == [0, 1, 2, 3, 4]
    (await send(carol, {bob.user_id: {"*": {"n": "carol"}}}, "1")).ok()
    assert (await waiting(server, bob))[-1]["sender"] == carol.user_id
    await acknowledge(server, bob, server.teahouse.log.head)
    (await send(alice, {bob.user_id: {"*": {"n": "again"}}}, "9")).ok()
    assert [m["content"]["n"] for m in await waiting(server, bob)] == ["again"]


async def test_content_up_to_64_kib_is_taken(alice: Person, bob: Person, server: Server) -> None:
    (await send(alice, {bob.user_id: {"*": {"a": "x" * 65_000}}}, "1")).ok()
    too_large = await send(alice, {bob.user_id: {"*": {"a": "x" * 66_000}}}, "2")
    too_large.refused(413, "M_TOO_LARGE")
    assert len(await waiting(server, bob)) == 1


async def test_a_star_does_not_multiply_without_bound(
    alice: Person, bob: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MAX_DELIVERED_BYTES", 1500)
    await bob.another_device()
    refused = await send(alice, {bob.user_id: {"*": {"a": "x" * 1000}}})
    refused.refused(413, "M_TOO_LARGE")
    assert await waiting(server, bob) == []


async def test_numbers_and_text_arrive_as_they_were_sent(
    alice: Person, bob: Person, server: Server
) -> None:
    content = {"float": 1.5, "text": "茶\u0000 \u2028", "deep": [[{"a": None}]], "int": -5}
    (await send(alice, {bob.user_id: {"*": content}})).ok()
    assert [m["content"] for m in await waiting(server, bob)] == [content]


@pytest.mark.parametrize(
    "messages",
    [
        None,
        1,
        "a",
        [],
        {"@bob:localhost": None},
        {"@bob:localhost": []},
        {"@bob:localhost": {"*": None}},
        {"@bob:localhost": {"*": "text"}},
        {"@bob:localhost": {"*": [1]}},
        {"@bob:localhost": {"a\x00": {}}},
        {"": {"*": {}}},
        {"@" + "b" * 300: {"*": {}}},
    ],
)
async def test_wrong_types_are_refused(
    alice: Person, bob: Person, server: Server, messages: Any
) -> None:
    (await send(alice, messages)).refused(400, "M_BAD_JSON")
    assert await waiting(server, bob) == []


async def test_broken_bodies_are_refused(alice: Person) -> None:
    path = "/sendToDevice/m.test/1"
    (await alice.put(path, {})).refused(400, "M_BAD_JSON")
    (await alice.put(path, b"{")).refused(400, "M_NOT_JSON")
    (await alice.put(path, b'{"messages":{"@a:b":{"*":{"a":"\xff"}}}}')).refused(400, "M_NOT_JSON")
    deep = b'{"messages":{"@a:b":{"*":{"a":' + b"[" * 200 + b"]" * 200 + b"}}}}"
    (await alice.put(path, deep)).refused(400, "M_BAD_JSON")
    (await alice.put(path, b" " * (1 << 20) + b"{}")).refused(413, "M_TOO_LARGE")


async def test_a_type_is_bounded(alice: Person, bob: Person) -> None:
    messages: dict[str, Any] = {bob.user_id: {"*": {}}}
    (await send(alice, messages, type="x" * 255)).ok()
    (await send(alice, messages, type="茶" * 100)).refused(400, "M_INVALID_PARAM")


async def test_without_a_token_nothing_is_sent(alice: Person, bob: Person, server: Server) -> None:
    body: dict[str, Any] = {"messages": {bob.user_id: {"*": {}}}}
    answer = await alice.call("PUT", "/sendToDevice/m.test/1", body, token="")
    answer.refused(401, "M_MISSING_TOKEN")
    assert await waiting(server, bob) == []
