"""What a sync reads of receipts and typing, between two positions."""

from __future__ import annotations

from functools import partial
from typing import Any

import orjson

from teahouse.homeserver.receipts import store, typing_store
from teahouse.homeserver.receipts.published import READ, READ_PRIVATE, ReceiptMoved
from teahouse.homeserver.receipts.service import ephemeral
from teahouse.kit.log import WriteTx
from tests.server import Server

ROOM, OTHER = "!room", "!other"


def receipt(tx: WriteTx, user_id: str, event_id: str, type: str = READ, room: str = ROOM) -> int:
    pos = tx.next_pos()
    store.put(tx, ReceiptMoved(room, user_id, type, "", event_id, pos, tx.now_ms, pos))
    return pos


async def ephemeral_of(
    server: Server, user_id: str, after: int, upto: int | None = None
) -> dict[str, list[Any]]:
    teahouse = server.teahouse
    upto = teahouse.log.head if upto is None else upto
    found = await teahouse.database.read(ephemeral, user_id, [ROOM, OTHER], after, upto)
    return {room_id: [orjson.loads(event) for event in events] for room_id, events in found.items()}


async def test_what_came_before_or_after_is_not_told(server: Server) -> None:
    submit = server.teahouse.log.submit
    positions = [
        await submit(partial(receipt, user_id=f"@{n}:x", event_id=f"${n}")) for n in range(3)
    ]
    told = await ephemeral_of(server, "@me:x", positions[0], positions[1])
    assert told[ROOM][0]["content"].keys() == {"$1"}
    assert await ephemeral_of(server, "@me:x", positions[2]) == {}


async def test_a_receipt_that_has_moved_on_since_is_told_later(server: Server) -> None:
    first = await server.teahouse.log.submit(lambda tx: receipt(tx, "@bob:x", "$1"))
    await server.teahouse.log.submit(lambda tx: receipt(tx, "@bob:x", "$2"))
    assert await ephemeral_of(server, "@me:x", 0, first) == {}
    told = await ephemeral_of(server, "@me:x", first)
    assert told[ROOM][0]["content"].keys() == {"$2"}


async def test_rooms_are_told_apart(server: Server) -> None:
    await server.teahouse.log.submit(lambda tx: receipt(tx, "@bob:x", "$1"))
    await server.teahouse.log.submit(lambda tx: receipt(tx, "@bob:x", "$2", room=OTHER))
    await server.teahouse.log.submit(lambda tx: typing_store.put(tx, OTHER, ["@bob:x"]))
    told = await ephemeral_of(server, "@me:x", 0)
    assert [event["type"] for event in told[ROOM]] == ["m.receipt"]
    assert [event["type"] for event in told[OTHER]] == ["m.receipt", "m.typing"]


async def test_of_a_very_large_room_the_newest_receipts_and_ones_own_are_told_at_first(
    server: Server,
) -> None:
    def many(tx: WriteTx) -> None:
        receipt(tx, "@me:x", "$mine", READ_PRIVATE)
        receipt(tx, "@early:x", "$early")
        for n in range(store.MAX_RECEIPTS):
            receipt(tx, f"@{n}:x", "$late")

    await server.teahouse.log.submit(many)
    content = (await ephemeral_of(server, "@me:x", 0))[ROOM][0]["content"]
    assert content.keys() == {"$mine", "$late"}
    assert len(content["$late"][READ]) == store.MAX_RECEIPTS
