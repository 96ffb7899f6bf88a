"""Opening the link of a letter, and pressing its button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.threepids import page
from teahouse.homeserver.threepids.validations import CONFIRM_PATH, Validations
from teahouse.kit.http import Access, Reply, Request, Route
from teahouse.kit.http.page import fields, headers

MAX_FORM_BYTES = 4096
MAX_FIELD_CHARS = 255


class ConfirmPageApi:
    def __init__(self, validations: Validations) -> None:
        self._validations = validations

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", CONFIRM_PATH, self.showConfirmation, Access.ANYONE, limit="login"),
            Route(
                "POST",
                CONFIRM_PATH,
                self.confirm,
                Access.ANYONE,
                limit="login",
                max_body_bytes=MAX_FORM_BYTES,
            ),
        ]

    async def showConfirmation(self, request: Request) -> Any:
        """Changes nothing: mail filters open links too."""
        sid, token = _taken(request.query("sid")), _taken(request.query("token"))
        session = await self._validations.opened(sid, token)
        if session is None:
            return page.over()
        if session.validated_at_ms is not None:
            return page.confirmed()
        return page.question(session, token, CONFIRM_PATH)

    async def confirm(self, request: Request) -> Any:
        form = fields(await request.raw_body())
        sid, token = _taken(form.get("sid")), _taken(form.get("token"))
        session = await self._validations.confirm(sid, token)
        if session is None:
            return page.over()
        if session.next_link is None:
            return page.confirmed()
        return Reply(b"", 303, {"Location": session.next_link, **headers()}, "text/plain")


def _taken(field: str | None) -> str:
    """What is too long, or has a NUL, is nothing's name."""
    given = field or ""
    return given if len(given) <= MAX_FIELD_CHARS and "\0" not in given else ""
