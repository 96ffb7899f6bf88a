"""The operation that tells again what a person has been told of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.accountdata.invite_permission import InvitePermissions
from teahouse.homeserver.push.notified import Wanted, notified, told
from teahouse.homeserver.push.service import PushRules
from teahouse.homeserver.rooms.timeline.paging_query import limit
from teahouse.homeserver.rooms.visibility.reading import Reading
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import invalid_param
from teahouse.kit.http import Request, Route
from teahouse.kit.log import LogWriter

PATH = "/_matrix/client/v3/notifications"
_TOKEN = re.compile(r"n([0-9]{1,18})", re.ASCII)


class NotificationsApi:
    def __init__(
        self, log: LogWriter, reading: Reading, rules: PushRules, invites: InvitePermissions
    ) -> None:
        self._log = log
        self._reading = reading
        self._rules = rules
        self._invites = invites

    def routes(self) -> Sequence[Route]:
        return [Route("GET", PATH, self.getNotifications, limit="directory")]

    async def getNotifications(self, request: Request) -> Any:
        token = request.query("from")
        wanted = Wanted(
            limit=limit(request, 20, least=1),
            upto=_place(token) if token else self._log.head,
            highlights_only=request.query("only") == "highlight",
        )
        return await self._reading.read(request, self._page, wanted)

    def _page(self, tx: ReadTx, reader: Reader, now_ms: int, wanted: Wanted) -> dict[str, Any]:
        rules = self._rules.rules_of(tx, reader.user_id)
        page = notified(tx, reader, rules, wanted, self._invites.hides)
        answer: dict[str, Any] = {"notifications": told(reader, now_ms, page)}
        if page.next_upto is not None:
            answer["next_token"] = f"n{page.next_upto}"
        return answer


def _place(token: str) -> int:
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise invalid_param("This token is not one of this server")
    return int(match[1])
