"""Who is told what a room is like without being in it.

Source: client-server API, GET /rooms/{roomId}/hierarchy, GET /room_summary/{roomIdOrAlias}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from teahouse.homeserver.rooms.members.join_rules import RESTRICTED
from teahouse.homeserver.rooms.outside.room_summary import RoomSummary
from teahouse.homeserver.rooms.tables import FOREVER, membership
from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of
from teahouse.protocol.room_versions import ROOM_VERSIONS


def memberships_of(tx: ReadTx, user_id: str, room_ids: Collection[str]) -> dict[str, str]:
    """What the person is now in each of the rooms that they have had to do with."""
    rows = tx.all(
        sa.select(membership.c.room_id, membership.c.membership).where(
            membership.c.shard == shard_of(user_id),
            membership.c.user_id == user_id,
            membership.c.to_pos == FOREVER,
            membership.c.room_id.in_(list(room_ids)),
        )
    )
    return {row.room_id: row.membership for row in rows}


def shown_to(tx: ReadTx, user_id: str, found: Mapping[str, RoomSummary]) -> dict[str, RoomSummary]:
    """Those of the rooms that the person is in, may come into, may knock at, or may read."""
    asked = {*found, *(one for summary in found.values() for one in summary.allowed_room_ids)}
    own = memberships_of(tx, user_id, asked)
    joined = {room_id for room_id, has in own.items() if has == "join"}
    return {
        room_id: summary
        for room_id, summary in found.items()
        if summary.world_readable or _may_enter(summary, own.get(room_id), joined)
    }


def is_shown_to_anyone(summary: RoomSummary) -> bool:
    """To those, too, of whom nothing is known."""
    return summary.world_readable or summary.join_rule == "public" or _is_knockable(summary)


def _may_enter(summary: RoomSummary, own: str | None, joined: set[str]) -> bool:
    if own in ("join", "invite"):
        return True
    if own == "ban":
        return False
    return summary.join_rule == "public" or _is_knockable(summary) or _admits(summary, joined)


def _is_knockable(summary: RoomSummary) -> bool:
    version = ROOM_VERSIONS[summary.room_version or ""]
    if summary.join_rule == "knock":
        return version.knocking
    return summary.join_rule == "knock_restricted" and version.knock_restricted_joins


def _admits(summary: RoomSummary, joined: set[str]) -> bool:
    """Whether a restricted room lets in who is in these rooms."""
    version = ROOM_VERSIONS[summary.room_version or ""]
    return (
        summary.join_rule in RESTRICTED
        and version.restricted_joins
        and not joined.isdisjoint(summary.allowed_room_ids)
    )
