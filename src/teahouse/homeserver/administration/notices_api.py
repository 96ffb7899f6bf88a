"""Notices, for whoever runs the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from teahouse.homeserver.accounts.service import Accounts
from teahouse.homeserver.administration.paths import V1
from teahouse.homeserver.notices.service import ServerNotices
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.shapes import Name
from teahouse.kit.log import Once

MAX_CHARS = 10_000


Text = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_CHARS)]


class Notice(msgspec.Struct):
    user_id: Name
    text: Text


class Said(msgspec.Struct):
    body: Text


class ServerNotice(msgspec.Struct):
    user_id: Name
    content: Said


class NoticesAdminApi:
    def __init__(self, notices: ServerNotices, accounts: Accounts) -> None:
        self._notices = notices
        self._accounts = accounts

    def routes(self) -> Sequence[Route]:
        # Where tools look for it that were written for Synapse.
        known = "/_synapse/admin/v1/send_server_notice"
        return [
            Route("POST", f"{V1}/notices", self.sendNotice, Access.ADMIN),
            Route("POST", known, self.sendServerNotice, Access.ADMIN),
            Route("PUT", known + "/{txn_id}", self.sendServerNotice, Access.ADMIN),
        ]

    async def sendNotice(self, request: Request) -> Any:
        body = await request.json(Notice)
        user_id = self._accounts.named(body.user_id)
        return {"event_id": await self._notices.send(user_id, body.text), "user_id": user_id}

    async def sendServerNotice(self, request: Request) -> Any:
        body = await request.json(ServerNotice)
        once = None
        if "txn_id" in request.params:
            once = Once.of(request.user_id, request.device_id, request.path)
        return {"event_id": await self._notices.send(body.user_id, body.content.body, once)}
