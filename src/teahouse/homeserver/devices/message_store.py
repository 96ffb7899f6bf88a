"""The SQL of messages that wait for devices."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.devices.tables import device, device_message
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, is_listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

_waiting = device_message.c
_its_messages = sa.and_(
    _waiting.shard == device.c.shard,
    _waiting.user_id == device.c.user_id,
    _waiting.device_id == device.c.device_id,
)


def _edge(column: sa.Column[int], order: sa.ColumnElement[Any]) -> sa.ScalarSelect[int]:
    """A value of the oldest or the newest message of the `device` row at hand: one seek."""
    return (
        sa.select(column).where(_its_messages).order_by(order).limit(1).correlate(device)
    ).scalar_subquery()


_INBOXES = Prepared(
    sa.select(
        device.c.user_id,
        device.c.device_id,
        _edge(_waiting.nth, _waiting.pos.asc()),
        _edge(_waiting.nth, _waiting.pos.desc()),
        sa.select(sa.func.count())
        .where(_its_messages, _waiting.late_sender == sa.bindparam("sender"))
        .correlate(device)
        .scalar_subquery(),
    ).where(is_listed("users", device.c.shard, device.c.user_id))
)

_NEWEST = Prepared(
    sa.select(sa.func.max(_edge(_waiting.pos, _waiting.pos.desc()))).where(
        device.c.shard == sa.bindparam("shard"), device.c.user_id == sa.bindparam("user_id")
    )
)

_PAGE = Prepared(
    sa.select(_waiting.pos, _waiting.message)
    .where(
        _waiting.shard == sa.bindparam("shard"),
        _waiting.user_id == sa.bindparam("user_id"),
        _waiting.device_id == sa.bindparam("device_id"),
        _waiting.pos > sa.bindparam("after"),
        _waiting.pos <= sa.bindparam("upto"),
    )
    .order_by(_waiting.pos)
    .limit(sa.bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Inbox:
    """`next_nth` numbers the next message; numbers that wait have no gap between them.

    `late`: messages of the sender at hand that came when many waited already.
    """

    user_id: str
    device_id: str
    waiting: int
    next_nth: int
    late: int


def inboxes(tx: ReadTx, sender: str, user_ids: Collection[str]) -> Iterator[Inbox]:
    """Those of all devices of these users."""
    rows: Any = tx.all(
        _INBOXES,
        sender=sender,
        users=as_parameter((shard_of(user_id), user_id) for user_id in user_ids),
    )
    for user_id, device_id, first, last, late in rows:
        if first is None:
            yield Inbox(user_id, device_id, 0, 1, 0)
        else:
            yield Inbox(user_id, device_id, last - first + 1, last + 1, late)


def add(tx: WriteTx, inbox: Inbox, pos: int, message: bytes, late_sender: str | None) -> None:
    tx.insert(
        device_message,
        shard=shard_of(inbox.user_id),
        user_id=inbox.user_id,
        device_id=inbox.device_id,
        pos=pos,
        nth=inbox.next_nth,
        message=message,
        late_sender=late_sender,
    )


def page(
    tx: ReadTx, user_id: str, device_id: str, after: int, upto: int, most: int
) -> list[tuple[int, bytes]]:
    rows: Any = tx.all(
        _PAGE,
        shard=shard_of(user_id),
        user_id=user_id,
        device_id=device_id,
        after=after,
        upto=upto,
        most=most,
    )
    return [(pos, bytes(message)) for pos, message in rows]


def oldest(tx: ReadTx, user_id: str, most: int) -> list[tuple[int, str, bytes]]:
    """(pos, device_id, message) of all devices of the user."""
    rows: Any = tx.all(
        sa.select(_waiting.pos, _waiting.device_id, _waiting.message)
        .where(_waiting.shard == shard_of(user_id), _waiting.user_id == user_id)
        .order_by(_waiting.pos)
        .limit(most)
    )
    return [(pos, device_id, bytes(message)) for pos, device_id, message in rows]


def users_waiting(tx: ReadTx) -> list[str]:
    """Whose devices have messages: a seek for each device of the server."""
    has_some = sa.exists().where(_its_messages).correlate(device)
    return list(tx.scalars(sa.select(device.c.user_id).distinct().where(has_some)))


def delete_through(tx: WriteTx, user_id: str, device_id: str, upto: int) -> None:
    tx.run(
        sa.delete(device_message).where(
            _waiting.shard == shard_of(user_id),
            _waiting.user_id == user_id,
            _waiting.device_id == device_id,
            _waiting.pos <= upto,
        )
    )


def delete_all(tx: WriteTx, user_id: str, device_ids: Collection[str]) -> None:
    tx.run(
        sa.delete(device_message).where(
            _waiting.shard == shard_of(user_id),
            _waiting.user_id == user_id,
            _waiting.device_id.in_(device_ids),
        )
    )


def newest(tx: ReadTx, user_id: str) -> int:
    """Position of the newest message that waits for any device of the user; 0 when none does."""
    return tx.scalar(_NEWEST, shard=shard_of(user_id), user_id=user_id) or 0
