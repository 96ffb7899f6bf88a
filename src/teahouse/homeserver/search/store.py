"""The index in SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.search.tables import posting, progress
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert

Place = tuple[str, int]
"""(room_id, pos) of an event."""

THE_INDEX = 0
IN_ONE_LIST = 500
TERMS_JOINED = 6
"""Rarer terms first; who has all of these is looked at itself."""

SAMPLE = 1_000
"""A term is counted up to here to see how rare it is."""

FIRST_WINDOW = 50_000
WIDER = 4


def add(tx: WriteTx, place: Place, terms: Sequence[str]) -> None:
    room_id, pos = place
    shard = shard_of(room_id)
    for term in terms:
        tx.insert(posting, shard=shard, room_id=room_id, term=term, pos=pos)


def remove(tx: WriteTx, place: Place, terms: Sequence[str]) -> None:
    room_id, pos = place
    for start in range(0, len(terms), IN_ONE_LIST):
        tx.run(
            sa.delete(posting).where(
                posting.c.shard == shard_of(room_id),
                posting.c.room_id == room_id,
                posting.c.term.in_(terms[start : start + IN_ONE_LIST]),
                posting.c.pos == pos,
            )
        )


def reached(tx: ReadTx) -> int:
    pos = tx.scalar(sa.select(progress.c.pos).where(progress.c.shard == THE_INDEX))
    return pos or 0


def set_reached(tx: WriteTx, pos: int) -> None:
    upsert(tx, progress, {"shard": THE_INDEX}, {"pos": pos})


def newest(
    tx: ReadTx, room_ids: Collection[str], terms: Sequence[str], before: int, most: int
) -> list[Place]:
    """The newest `most` places with all of the terms, before a position, newest first."""
    rooms = as_parameter((shard_of(room_id), room_id) for room_id in room_ids)
    ordered = _rarest_first(tx, rooms, terms)
    statement = _newest(tx.dialect_name, len(ordered))
    named = {f"term{number}": term for number, term in enumerate(ordered)}
    found: list[Place] = []
    for after, upto in _windows(before) if ordered else ():
        within = {"after": after, "before": upto, "most": most - len(found)}
        rows = tx.all(statement, rooms=rooms, **named, **within)
        found += ((row.room_id, row.pos) for row in rows)
        if len(found) == most:
            break
    return found


def _windows(before: int) -> Iterator[tuple[int, int]]:
    """(after, before), newest first, each wider: the whole log is few of them."""
    width = FIRST_WINDOW
    while before > 0:
        after = max(-1, before - width)
        yield after, before
        before, width = after + 1, width * WIDER


def _rarest_first(tx: ReadTx, rooms: str, terms: Sequence[str]) -> list[str]:
    """Empty when one of the terms is nowhere."""
    if len(terms) == 1:
        return list(terms)
    counts: dict[str, int] = {
        term: tx.scalar(_sample(tx.dialect_name), rooms=rooms, term=term)
        for term in sorted(terms, key=len, reverse=True)[: 2 * TERMS_JOINED]
    }
    if 0 in counts.values():
        return []
    return sorted(counts, key=lambda term: (counts[term], -len(term)))[:TERMS_JOINED]


@cache
def _sample(dialect: str) -> Prepared:
    """How often `term` is there, counted up to a limit."""
    some = (
        sa.select(sa.literal(1))
        .select_from(_in_rooms(dialect))
        .where(posting.c.term == sa.bindparam("term"))
        .limit(SAMPLE)
    )
    return Prepared(sa.select(sa.func.count()).select_from(some.subquery()))


@cache
def _newest(dialect: str, terms: int) -> Prepared:
    """With all of `term0`, `term1` and so on."""
    return Prepared(
        sa.select(posting.c.room_id, posting.c.pos)
        .select_from(_in_rooms(dialect))
        .where(
            posting.c.term == sa.bindparam("term0"),
            posting.c.pos > sa.bindparam("after"),
            posting.c.pos < sa.bindparam("before"),
            *(_has_too(sa.bindparam(f"term{number}")) for number in range(1, terms)),
        )
        .order_by(posting.c.pos.desc())
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def _has_too(term: sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    other = posting.alias()
    return sa.exists().where(
        other.c.shard == posting.c.shard,
        other.c.room_id == posting.c.room_id,
        other.c.term == term,
        other.c.pos == posting.c.pos,
    )


def _in_rooms(dialect: str) -> sa.Join:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    is_there = sa.and_(posting.c.shard == rooms.c.shard, posting.c.room_id == rooms.c.room_id)
    return rooms.join(posting, is_there)
