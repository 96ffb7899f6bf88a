"""Room aliases: names of rooms, each one room's at a time."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.homeserver.rooms.published import AliasesChanged
from teahouse.homeserver.rooms.tables import alias as alias_table
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused, invalid_param
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import insert_if_absent
from teahouse.protocol import identifiers


def check(alias: str, server_name: str) -> None:
    """Errors: M_INVALID_PARAM unless `alias` is one that this server can have."""
    if not identifiers.is_room_alias(alias) or identifiers.server_of(alias) != server_name:
        raise invalid_param("This is not a room alias of this server")


def add(tx: WriteTx, alias: str, room_id: str, creator: str) -> None:
    """Errors: M_INVALID_PARAM, M_ROOM_IN_USE when the alias is taken."""
    check(alias, identifiers.server_of(creator))
    added = insert_if_absent(
        tx, alias_table, shard=shard_of(alias), alias=alias, room_id=room_id, creator=creator
    )
    if not added:
        raise Refused("M_ROOM_IN_USE", "This alias is taken")
    tx.publish(AliasesChanged(room_id))


def find(tx: ReadTx, alias: str) -> sa.Row[tuple[str, str]] | None:
    """(room_id, creator), None when nobody has the alias."""
    return tx.first(
        sa.select(alias_table.c.room_id, alias_table.c.creator).where(
            alias_table.c.shard == shard_of(alias), alias_table.c.alias == alias
        )
    )


def remove(tx: WriteTx, alias: str) -> None:
    removed = tx.run(
        sa.delete(alias_table)
        .where(alias_table.c.shard == shard_of(alias), alias_table.c.alias == alias)
        .returning(alias_table.c.room_id)
    )
    for room_id in removed.scalars():
        tx.publish(AliasesChanged(room_id))


def move(tx: WriteTx, room_id: str, new_room_id: str) -> None:
    """Gives all names of a room to another."""
    tx.run(
        sa.update(alias_table).where(alias_table.c.room_id == room_id).values(room_id=new_room_id)
    )
    tx.publish(AliasesChanged(room_id))
    tx.publish(AliasesChanged(new_room_id))


def of_room(tx: ReadTx, room_id: str) -> list[str]:
    found = tx.scalars(
        sa.select(alias_table.c.alias)
        .where(alias_table.c.room_id == room_id)
        .order_by(alias_table.c.alias)
    )
    return list(found)
