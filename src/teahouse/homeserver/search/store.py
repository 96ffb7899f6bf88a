"""The index in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.search.tables import posting, progress
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert
from teahouse.kit.value_rows import value_rows

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
    tx: ReadTx, room_ids: Sequence[str], terms: Sequence[str], before: int, most: int
) -> list[Place]:
    """The newest `most` places with all of the terms, before a position, newest first."""
    parts = [room_ids[i : i + IN_ONE_LIST] for i in range(0, len(room_ids), IN_ONE_LIST)]
    ordered = _rarest_first(tx, parts, terms)
    found: list[Place] = []
    for after, upto in _windows(before) if ordered else ():
        rows = [row for part in parts for row in tx.all(_newest(part, ordered, after, upto, most))]
        found += sorted(((row.room_id, row.pos) for row in rows), key=lambda p: -p[1])
        if len(found) >= most:
            break
    return found[:most]


def _windows(before: int) -> Iterator[tuple[int, int]]:
    """(after, before), newest first, each wider: the whole log is few of them."""
    width = FIRST_WINDOW
    while before > 0:
        after = max(-1, before - width)
        yield after, before
        before, width = after + 1, width * WIDER


def _rarest_first(tx: ReadTx, parts: Sequence[Sequence[str]], terms: Sequence[str]) -> list[str]:
    """Empty when one of the terms is nowhere."""
    if len(terms) == 1:
        return list(terms)
    counts = {
        term: sum(tx.scalar(_sample(part, term)) for part in parts)
        for term in sorted(terms, key=len, reverse=True)[: 2 * TERMS_JOINED]
    }
    if 0 in counts.values():
        return []
    return sorted(counts, key=lambda term: (counts[term], -len(term)))[:TERMS_JOINED]


def _sample(room_ids: Sequence[str], term: str) -> sa.Select[Any]:
    rooms = _rooms(room_ids)
    some = (
        sa.select(sa.literal(1))
        .select_from(rooms.join(posting, _in(rooms)))
        .where(posting.c.term == term)
        .limit(SAMPLE)
    )
    return sa.select(sa.func.count()).select_from(some.subquery())


def _newest(
    room_ids: Sequence[str], terms: Sequence[str], after: int, before: int, most: int
) -> sa.Select[Any]:
    rooms = _rooms(room_ids)
    return (
        sa.select(posting.c.room_id, posting.c.pos)
        .select_from(rooms.join(posting, _in(rooms)))
        .where(
            posting.c.term == terms[0],
            posting.c.pos > after,
            posting.c.pos < before,
            *(_has_too(term) for term in terms[1:]),
        )
        .order_by(posting.c.pos.desc())
        .limit(most)
    )


def _has_too(term: str) -> sa.ColumnElement[bool]:
    other = posting.alias()
    return sa.exists().where(
        other.c.shard == posting.c.shard,
        other.c.room_id == posting.c.room_id,
        other.c.term == term,
        other.c.pos == posting.c.pos,
    )


def _rooms(room_ids: Sequence[str]) -> sa.CTE:
    rows = [(shard_of(room_id), room_id) for room_id in room_ids]
    return value_rows(rows, posting.c.shard, posting.c.room_id)


def _in(rooms: sa.CTE) -> sa.ColumnElement[bool]:
    return sa.and_(posting.c.shard == rooms.c.shard, posting.c.room_id == rooms.c.room_id)
