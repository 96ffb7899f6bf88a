"""The rooms that two people share.

Source: client-server API, "Mutual Rooms"
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import FOREVER, membership
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import invalid_param
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

PAGE = 200

_mine, _theirs = membership.alias("mine"), membership.alias("theirs")
_MUTUAL = Prepared(
    sa.select(_mine.c.room_id)
    .join(
        _theirs,
        sa.and_(
            _theirs.c.shard == sa.bindparam("their_shard"),
            _theirs.c.user_id == sa.bindparam("they"),
            _theirs.c.room_id == _mine.c.room_id,
            _theirs.c.to_pos == FOREVER,
            _theirs.c.membership == "join",
        ),
    )
    .where(
        _mine.c.shard == sa.bindparam("my_shard"),
        _mine.c.user_id == sa.bindparam("me"),
        _mine.c.to_pos == FOREVER,
        _mine.c.membership == "join",
    )
)


@dataclass(frozen=True, slots=True)
class Mutual:
    """A page, in the order of room ids; `count` is of all pages."""

    room_ids: list[str]
    count: int
    next_batch: str | None


def mutual_rooms(tx: ReadTx, me: str, they: str, after: str) -> Mutual:
    """`after` is the last room of the page before, "" for the first page."""
    keys = {"my_shard": shard_of(me), "me": me, "their_shard": shard_of(they), "they": they}
    everything = sorted(tx.scalars(_MUTUAL, **keys))
    rest = [room_id for room_id in everything if room_id > after]
    page = rest[:PAGE]
    more = len(rest) > len(page)
    return Mutual(page, len(everything), batch_token(page[-1]) if more else None)


def batch_token(room_id: str) -> str:
    return urlsafe_b64encode(room_id.encode()).decode()


def room_of_token(token: str) -> str:
    """Errors: M_INVALID_PARAM."""
    try:
        room_id = urlsafe_b64decode(token).decode()
    except ValueError:
        room_id = ""
    if not room_id.startswith("!"):
        raise invalid_param("This token is not one of this server")
    return room_id
