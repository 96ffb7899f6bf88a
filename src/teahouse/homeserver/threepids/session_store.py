"""The SQL of validations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.threepids.sessions import Purpose, Session
from teahouse.homeserver.threepids.tables import email_session
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert

_c = email_session.c


def _is(sid: str) -> sa.ColumnElement[bool]:
    return sa.and_(_c.shard == shard_of(sid), _c.sid == sid)


def get(tx: ReadTx, sid: str) -> Session | None:
    row: Any = tx.first(sa.select(email_session).where(_is(sid)))
    if row is None:
        return None
    return Session(
        row.sid,
        Purpose(row.purpose),
        row.address,
        row.send_attempt,
        row.token_hash,
        row.next_link,
        row.validated_at_ms,
        row.expires_at_ms,
    )


def put(tx: WriteTx, session: Session) -> None:
    keys = {"shard": shard_of(session.sid), "sid": session.sid}
    values = {
        "purpose": session.purpose.value,
        "address": session.address,
        "send_attempt": session.send_attempt,
        "token_hash": session.token_hash,
        "next_link": session.next_link,
        "validated_at_ms": session.validated_at_ms,
        "expires_at_ms": session.expires_at_ms,
    }
    upsert(tx, email_session, keys, values)


def delete(tx: WriteTx, sid: str) -> None:
    tx.run(sa.delete(email_session).where(_is(sid)))
