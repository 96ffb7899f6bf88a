"""Rooms, reports and figures, for whoever runs the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.administration import paging
from teahouse.homeserver.administration.figures import figures
from teahouse.homeserver.administration.paths import V1
from teahouse.homeserver.reports.service import Reports
from teahouse.homeserver.rooms.members.membership_reads import joined_members
from teahouse.homeserver.rooms.outside import overview
from teahouse.homeserver.rooms.outside.overview import Overview
from teahouse.homeserver.rooms.upkeep.purging import HistoryPurging
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import not_found
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.shapes import Count, Name, ShortText
from teahouse.kit.log import LogWriter

ReportKey = tuple[Count, ShortText, ShortText, ShortText]
"""A `reports.model.Key`, as a client gives it back."""


class Purge(msgspec.Struct):
    before_ms: Count


class RoomsAdminApi:
    def __init__(
        self, database: Database, log: LogWriter, reports: Reports, purging: HistoryPurging
    ) -> None:
        self._database = database
        self._log = log
        self._reports = reports
        self._purging = purging

    def routes(self) -> Sequence[Route]:
        report = f"{V1}/reports/{{user_id}}/{{kind}}/{{reported_id}}"
        return [
            Route("GET", f"{V1}/rooms", self.listRooms, Access.ADMIN),
            Route("GET", f"{V1}/rooms/{{room_id}}", self.getRoom, Access.ADMIN),
            Route("POST", f"{V1}/rooms/{{room_id}}/purge", self.purgeHistory, Access.ADMIN),
            Route("GET", f"{V1}/reports", self.listReports, Access.ADMIN),
            Route("DELETE", report, self.settleReport, Access.ADMIN),
            Route("GET", f"{V1}/statistics", self.getStatistics, Access.ADMIN),
        ]

    async def listRooms(self, request: Request) -> Any:
        limit, after = paging.limit(request), paging.place(request, Name)

        def read(tx: ReadTx) -> list[Overview]:
            return overview.page(tx, after=after, limit=limit)

        found = await self._database.read(read)
        body: dict[str, Any] = {"rooms": [_room(one) for one in found]}
        if len(found) == limit:
            body["next_from"] = paging.token_of(found[-1].summary.room_id)
        return body

    async def getRoom(self, request: Request) -> Any:
        return await self._database.read(_whole_room, request["room_id"])

    async def purgeHistory(self, request: Request) -> Any:
        before_ms = (await request.json(Purge)).before_ms
        return {"deleted": await self._purging.purge(request["room_id"], before_ms)}

    async def listReports(self, request: Request) -> Any:
        limit, after = paging.limit(request), paging.place(request, ReportKey)
        found = await self._database.read(self._reports.newest, limit, after)
        body: dict[str, Any] = {"reports": found}
        if len(found) == limit:
            body["next_from"] = paging.token_of(found[-1].key)
        return body

    async def settleReport(self, request: Request) -> Any:
        key = request["user_id"], request["kind"], request["reported_id"]
        await self._log.submit(lambda tx: self._reports.settle(tx, *key))
        return b"{}"

    async def getStatistics(self, _request: Request) -> Any:
        return await self._database.read(figures, self._reports)


def _whole_room(tx: ReadTx, room_id: str) -> dict[str, Any]:
    found = overview.one(tx, room_id)
    if found is None:
        raise not_found("Room not found")
    return _room(found) | {"joined_members": joined_members(tx, room_id)}


def _room(found: Overview) -> dict[str, Any]:
    summary: dict[str, Any] = msgspec.to_builtins(found.summary)
    return {**summary, "creator": found.creator, "is_published": found.is_published}
