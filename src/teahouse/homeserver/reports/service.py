"""Use cases of reports: who may tell of what."""

from __future__ import annotations

from collections.abc import Callable

from teahouse.homeserver.reports import store
from teahouse.homeserver.reports.model import MAX_REPORTS, Key, Kind, Report
from teahouse.homeserver.rooms.members.membership_reads import membership_at
from teahouse.homeserver.rooms.outside.room_summary import exists
from teahouse.homeserver.rooms.timeline.stored import by_id
from teahouse.homeserver.rooms.visibility.standing import NOW
from teahouse.homeserver.rooms.visibility.visibility_reads import visible
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused, not_found
from teahouse.kit.log import WriteTx

AccountExists = Callable[[ReadTx, str], bool]


class Reports:
    def __init__(self, account_exists: AccountExists) -> None:
        self._account_exists = account_exists

    def report_event(
        self, tx: WriteTx, user_id: str, room_id: str, event_id: str, reason: str
    ) -> None:
        """Errors: M_NOT_FOUND, also for an event that the person may not see; M_TOO_LARGE."""
        found = None
        if membership_at(tx, user_id, room_id, NOW) == "join":
            found = by_id(tx, room_id, event_id)
        if found is None or not visible(tx, user_id, room_id, [found]):
            raise not_found("There is no such event in a room that you are in")
        self._keep(tx, user_id, "event", event_id, reason, room_id)

    def report_room(self, tx: WriteTx, user_id: str, room_id: str, reason: str) -> None:
        """Errors: M_NOT_FOUND, M_TOO_LARGE."""
        if not exists(tx, room_id):
            raise not_found("Room not found")
        self._keep(tx, user_id, "room", room_id, reason)

    def report_user(self, tx: WriteTx, user_id: str, reported: str, reason: str) -> None:
        """Errors: M_NOT_FOUND, M_TOO_LARGE."""
        if not self._account_exists(tx, reported):
            raise not_found("There is no such user here")
        self._keep(tx, user_id, "user", reported, reason)

    # for whoever runs the server

    def newest(self, tx: ReadTx, limit: int, after: Key | None = None) -> list[Report]:
        """With `after`, those that come after it in the list."""
        return store.newest(tx, limit, after)

    def count(self, tx: ReadTx) -> int:
        return store.total(tx)

    def settle(self, tx: WriteTx, user_id: str, kind: str, reported_id: str) -> None:
        """It was looked at. Errors: M_NOT_FOUND."""
        if not store.delete(tx, user_id, kind, reported_id):
            raise not_found("There is no such report")

    def _keep(
        self,
        tx: WriteTx,
        user_id: str,
        kind: Kind,
        reported_id: str,
        reason: str,
        room_id: str | None = None,
    ) -> None:
        store.put(tx, Report(user_id, kind, reported_id, room_id, reason, tx.now_ms))
        if store.count(tx, user_id) > MAX_REPORTS:
            raise Refused("M_TOO_LARGE", f"Of one person at most {MAX_REPORTS} reports are kept")
