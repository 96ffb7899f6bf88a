"""How much there is on this server."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.accounts import listing
from teahouse.homeserver.reports.service import Reports
from teahouse.homeserver.rooms.outside import overview
from teahouse.kit.database import ReadTx
from teahouse.kit.log.tables import log_head
from teahouse.kit.outbox.tables import outbox


class Figures(msgspec.Struct):
    users: int
    deactivated_users: int
    guests: int
    rooms: int
    reports: int
    waiting_to_be_sent: int
    log_head: int


def figures(tx: ReadTx, reports: Reports) -> Figures:
    return Figures(
        **listing.counts(tx),
        rooms=overview.count(tx),
        reports=reports.count(tx),
        waiting_to_be_sent=tx.scalar(sa.select(sa.func.count()).select_from(outbox)),
        log_head=tx.scalar(sa.select(sa.func.max(log_head.c.pos))) or 0,
    )
