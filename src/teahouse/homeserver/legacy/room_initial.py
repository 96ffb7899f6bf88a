"""One room as its reader begins with it: state, the newest messages, what is theirs in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.legacy.seen import Seen
from teahouse.homeserver.receipts import service as receipts
from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.outside.listing import listed_among
from teahouse.homeserver.rooms.state import state_reads
from teahouse.homeserver.rooms.timeline import history
from teahouse.homeserver.rooms.timeline.history import Stretch
from teahouse.homeserver.rooms.timeline.render import render_as_then
from teahouse.homeserver.rooms.visibility.standing import NOW, Standing, access_room
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.rooms.visibility.visibility_reads import sight
from teahouse.kit.database import ReadTx
from teahouse.kit.paging import PageToken, SyncToken


@dataclass(frozen=True, slots=True)
class RoomStart:
    """Reads the answer of /rooms/{roomId}/initialSync."""

    accountdata: AccountData
    seen: Seen

    def read(
        self, tx: ReadTx, reader: Reader, now_ms: int, room_id: str, limit: int, head: int
    ) -> dict[str, Any]:
        """Errors: M_FORBIDDEN."""
        standing = access_room(tx, reader.user_id, room_id)
        state = state_reads.state_at(tx, room_id, standing.upto)
        told: dict[str, Any] = {
            "room_id": room_id,
            "visibility": "public" if listed_among(tx, [room_id]) else "private",
            "state": _raw(render_as_then(tx, reader, state, now_ms)),
            "messages": _messages(tx, reader, now_ms, room_id, standing, limit, head),
            "account_data": _raw(self._account_data(tx, reader, room_id, head)),
            "presence": [],
            "receipts": [],
        }
        membership = membership_reads.membership_at(tx, reader.user_id, room_id, NOW)
        if membership not in (None, "knock"):
            told["membership"] = membership
        if standing.is_joined:
            told["presence"] = self.seen.of_members(membership_reads.joined_members(tx, room_id))
            told["receipts"] = _receipts(tx, reader, room_id, head)
        return told

    def _account_data(self, tx: ReadTx, reader: Reader, room_id: str, head: int) -> list[bytes]:
        return self.accountdata.room_changes(tx, reader.user_id, 0, head).get(room_id, [])


def _messages(
    tx: ReadTx,
    reader: Reader,
    now_ms: int,
    room_id: str,
    standing: Standing,
    limit: int,
    head: int,
) -> dict[str, Any]:
    newest = history.end_of(tx, room_id, min(standing.upto, head))
    stretch = Stretch(newest, history.START, forward=False)
    seen = sight(tx, reader.user_id, room_id)
    fetch = history.of_room(tx, room_id, stretch)
    page = history.page(fetch, seen, stretch, limit, ignored=reader.ignored)
    earlier = history.START if page.next_place is None else page.next_place
    return {
        "start": str(PageToken(earlier)),
        "end": str(SyncToken(min(standing.upto, head))),
        "chunk": _raw(render_as_then(tx, reader, page.events[::-1], now_ms)),
    }


def _receipts(tx: ReadTx, reader: Reader, room_id: str, head: int) -> list[dict[str, Any]]:
    found = receipts.receipt_events(tx, reader.user_id, [room_id], 0, head)
    return [{**msgspec.json.decode(event), "room_id": room_id} for event in found.values()]


def _raw(events: list[bytes]) -> list[msgspec.Raw]:
    return [msgspec.Raw(event) for event in events]
