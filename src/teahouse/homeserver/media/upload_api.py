"""Uploading over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.media.service import MediaLibrary
from teahouse.homeserver.media.uploading import Upload
from teahouse.kit.errors import not_found
from teahouse.kit.http import Request, Route

MEDIA = "/_matrix/media"


class UploadApi:
    def __init__(self, library: MediaLibrary, max_upload_bytes: int) -> None:
        self._library = library
        self._max_upload_bytes = max_upload_bytes

    def routes(self) -> Sequence[Route]:
        upload = f"{MEDIA}/v3/upload"
        return [
            self._taking("POST", upload, self.uploadContent),
            self._taking("PUT", f"{upload}/{{serverName}}/{{mediaId}}", self.uploadContentToMXC),
            Route(
                "POST",
                f"{MEDIA}/v1/create",
                self.createContent,
                limit="media",
                when_suspended=False,
            ),
        ]

    def _taking(self, method: str, path: str, handler: Any) -> Route:
        return Route(
            method,
            path,
            handler,
            limit="media",
            max_body_bytes=self._max_upload_bytes,
            when_suspended=False,
        )

    async def uploadContent(self, request: Request) -> Any:
        media_id = await self._library.uploads.upload(_upload(request))
        return {"content_uri": self._library.address(media_id)}

    async def createContent(self, request: Request) -> Any:
        pending = await self._library.uploads.create(request.user_id)
        return {
            "content_uri": self._library.address(pending.media_id),
            "unused_expires_at": pending.expires_at_ms,
        }

    async def uploadContentToMXC(self, request: Request) -> Any:
        media_id = request["mediaId"]
        if not self._library.is_own(request["serverName"], media_id):
            raise not_found("This is not an address of this server")
        await self._library.uploads.fill(media_id, _upload(request))
        return {}


def _upload(request: Request) -> Upload:
    length = request.header("content-length") or ""
    return Upload(
        request.user_id,
        request.stream(),
        request.header("content-type"),
        request.query("filename"),
        int(length) if length.isascii() and length.isdigit() else 0,
    )
