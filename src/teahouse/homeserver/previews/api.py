"""Previews over HTTP, by the newer route and by that of old clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.previews.service import Previews
from teahouse.kit.errors import Refused
from teahouse.kit.http import Request, Route


class PreviewsApi:
    def __init__(self, previews: Previews, *, is_on: bool) -> None:
        self._previews = previews
        self._is_on = is_on

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                "GET",
                "/_matrix/client/v1/media/preview_url",
                self.getUrlPreviewAuthed,
                limit="preview",
            ),
            Route("GET", "/_matrix/media/v3/preview_url", self.getUrlPreview, limit="preview"),
        ]

    async def getUrlPreviewAuthed(self, request: Request) -> Any:
        if not self._is_on:
            raise Refused("M_UNRECOGNIZED", "This server does not look at links")
        # A newer version than that of the moment asked for may be answered, and always is.
        request.query_int("ts", 0)
        return await self._previews.preview(request.required_query("url"))

    async def getUrlPreview(self, request: Request) -> Any:
        return await self.getUrlPreviewAuthed(request)
