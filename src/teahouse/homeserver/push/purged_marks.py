"""Marks of events that are purged: what they added up to stays, as where each sum begins."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

import sqlalchemy as sa

from teahouse.homeserver.push.marks import EVERYBODY
from teahouse.homeserver.push.tables import unread_mark
from teahouse.kit.listed import as_parameter, is_listed
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of

USERS_A_STATEMENT = 500
BEGINNING = 0
"""The position at which a sum begins."""

_c = unread_mark.c
_newer = unread_mark.alias("newer")
_OF_THESE = is_listed("whose", _c.shard, _c.user_id, _c.room_id)
_UPTO = sa.bindparam("purged_upto", type_=sa.BigInteger)
_REPLACED = sa.delete(unread_mark).where(
    _OF_THESE,
    _c.pos <= _UPTO,
    sa.exists().where(
        _newer.c.shard == _c.shard,
        _newer.c.user_id == _c.user_id,
        _newer.c.room_id == _c.room_id,
        _newer.c.thread_id == _c.thread_id,
        _newer.c.pos > _c.pos,
        _newer.c.pos <= _UPTO,
    ),
)
_LAST = sa.update(unread_mark).where(_OF_THESE, _c.pos <= _UPTO).values(pos=BEGINNING)


def begin_sums(tx: WriteTx, room_id: str, members: Collection[str], upto: int) -> None:
    """In the whole room the sums begin with what they were at `upto`."""
    users = iter([EVERYBODY, *members])
    while some := list(islice(users, USERS_A_STATEMENT)):
        whose = as_parameter((shard_of(user_id or room_id), user_id, room_id) for user_id in some)
        tx.run(_REPLACED, whose=whose, purged_upto=upto)
        tx.run(_LAST, whose=whose, purged_upto=upto)
