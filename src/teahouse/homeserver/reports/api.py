"""Operations that report what does harm."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from teahouse.homeserver.reports.service import Reports
from teahouse.kit.http import Request, Route
from teahouse.kit.http.shapes import ShortText
from teahouse.kit.log import LogWriter

V3 = "/_matrix/client/v3"


class Reason(msgspec.Struct):
    reason: ShortText


class OptionalReason(msgspec.Struct):
    reason: ShortText = ""


class ReportsApi:
    def __init__(self, log: LogWriter, reports: Reports) -> None:
        self._log = log
        self._reports = reports

    def routes(self) -> Sequence[Route]:
        room = V3 + "/rooms/{room_id}/report"
        event, user = room + "/{event_id}", V3 + "/users/{user_id}/report"
        return [
            Route("POST", room, self.reportRoom, limit="room"),
            Route("POST", event, self.reportEvent, limit="room"),
            Route("POST", user, self.reportUser, limit="room"),
        ]

    async def reportEvent(self, request: Request) -> bytes:
        reason = (await request.json(OptionalReason)).reason
        key = request.user_id, request["room_id"], request["event_id"]
        await self._log.submit(lambda tx: self._reports.report_event(tx, *key, reason))
        return b"{}"

    async def reportRoom(self, request: Request) -> bytes:
        reason = (await request.json(Reason)).reason
        key = request.user_id, request["room_id"]
        await self._log.submit(lambda tx: self._reports.report_room(tx, *key, reason))
        return b"{}"

    async def reportUser(self, request: Request) -> bytes:
        reason = (await request.json(Reason)).reason
        key = request.user_id, request["user_id"]
        await self._log.submit(lambda tx: self._reports.report_user(tx, *key, reason))
        return b"{}"
