"""Notices, for whoever runs the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from teahouse.homeserver.notices.service import ServerNotices
from teahouse.kit.http import Access, Request, Route

MAX_CHARS = 10_000


class Notice(msgspec.Struct):
    user_id: str
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_CHARS)]


class NoticesAdminApi:
    def __init__(self, notices: ServerNotices) -> None:
        self._notices = notices

    def routes(self) -> Sequence[Route]:
        path = "/_teahouse/admin/v1/notices"
        return [Route("POST", path, self.sendNotice, Access.ADMIN)]

    async def sendNotice(self, request: Request) -> Any:
        body = await request.json(Notice)
        return {"event_id": await self._notices.send(body.user_id, body.text)}
