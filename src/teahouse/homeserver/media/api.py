"""Reading media over HTTP: download, thumbnail, and the frozen routes of old clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.media import rules
from teahouse.homeserver.media.model import Media
from teahouse.homeserver.media.service import MediaLibrary
from teahouse.homeserver.media.sizes import Size, nearest_size
from teahouse.kit.errors import Refused, invalid_param, missing_param, not_found
from teahouse.kit.http import Access, FileReply, Reply, Request, Route

AUTHED = "/_matrix/client/v1/media"
LEGACY = "/_matrix/media/v3"

SAFE = {
    # Source: client-server API, "Content repository"
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; "
        "style-src 'unsafe-inline'; object-src 'self';"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # An address never gets other content; "private", since a token was needed to read it.
    "Cache-Control": "private, max-age=31536000, immutable",
}


MOST_WAIT_MS = 60_000
DEFAULT_WAIT_MS = 20_000


class MediaApi:
    def __init__(self, library: MediaLibrary, max_upload_bytes: int) -> None:
        self._library = library
        self._max_upload_bytes = max_upload_bytes

    def routes(self) -> Sequence[Route]:
        address = "{serverName}/{mediaId}"
        return [
            Route("GET", f"{AUTHED}/config", self.getConfigAuthed, Access.GUEST),
            Route("GET", f"{LEGACY}/config", self.getConfig, Access.GUEST),
            _reading(f"{AUTHED}/download/{address}", self.getContentAuthed),
            _reading(
                f"{AUTHED}/download/{address}/{{fileName}}", self.getContentOverrideNameAuthed
            ),
            _reading(f"{AUTHED}/thumbnail/{address}", self.getContentThumbnailAuthed),
            _frozen(f"{LEGACY}/download/{address}", self.getContent),
            _frozen(f"{LEGACY}/download/{address}/{{fileName}}", self.getContentOverrideName),
            _frozen(f"{LEGACY}/thumbnail/{address}", self.getContentThumbnail),
        ]

    async def getConfigAuthed(self, _request: Request) -> Any:
        return {"m.upload.size": self._max_upload_bytes}

    async def getConfig(self, request: Request) -> Any:
        return await self.getConfigAuthed(request)

    async def getContentAuthed(self, request: Request) -> Any:
        media = await self._access(request)
        return await self._download(request, media, media.filename)

    async def getContentOverrideNameAuthed(self, request: Request) -> Any:
        media = await self._access(request)
        return await self._download(request, media, rules.filename(request["fileName"]))

    async def getContentThumbnailAuthed(self, request: Request) -> Any:
        size = _requested_size(request)
        return await self._thumbnail(request, await self._access(request), size)

    async def _thumbnail(self, request: Request, media: Media, size: Size) -> Reply | FileReply:
        animated = request.query_bool("animated")
        thumbnails = self._library.thumbnails
        name = await thumbnails.find_or_make(media, size, animated=animated)
        content_type = await thumbnails.content_type(name)
        suffix = content_type.removeprefix("image/")
        headers = {
            **SAFE,
            "ETag": f'"{name}"',
            "Content-Disposition": f'inline; filename="thumbnail.{suffix}"',
        }
        if _is_known(request, headers["ETag"]):
            return Reply(b"", 304, headers)
        size_bytes = await thumbnails.size_bytes(name)
        return FileReply(thumbnails.read(name), size_bytes, content_type, headers=headers)

    async def _access(self, request: Request) -> Media:
        wait_ms = request.query_int("timeout_ms", DEFAULT_WAIT_MS, most=MOST_WAIT_MS)
        return await self._library.access(request["serverName"], request["mediaId"], wait_ms)

    async def _download(
        self, request: Request, media: Media, filename: str | None
    ) -> Reply | FileReply:
        headers = {
            **SAFE,
            "Accept-Ranges": "bytes",
            "ETag": f'"{media.object_name}"',
            "Content-Disposition": rules.disposition(media.content_type, filename),
        }
        if _is_known(request, headers["ETag"]):
            return Reply(b"", 304, headers)
        try:
            span = rules.requested_span(request.header("range"), media.size_bytes)
        except ValueError:
            headers["Content-Range"] = f"bytes */{media.size_bytes}"
            refused = Refused("M_INVALID_PARAM", "The range is outside of the content")
            return Reply(refused.body(), 416, headers)
        if span is None:
            stream = await self._library.read(media)
            return FileReply(stream, media.size_bytes, media.content_type, headers=headers)
        headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{media.size_bytes}"
        stream = await self._library.read(media, span.start, span.stop)
        return FileReply(stream, span.stop - span.start, media.content_type, 206, headers)

    # Routes of old clients. Who is not signed in would get what was uploaded before media asked for
    # a token: nothing was. Nobody waits here who doesn't say for how long.

    async def getContent(self, request: Request) -> Any:
        media = await self._access_by_old_route(request)
        return await self._download(request, media, media.filename)

    async def getContentOverrideName(self, request: Request) -> Any:
        media = await self._access_by_old_route(request)
        return await self._download(request, media, rules.filename(request["fileName"]))

    async def getContentThumbnail(self, request: Request) -> Any:
        media = await self._access_by_old_route(request)
        return await self._thumbnail(request, media, _requested_size(request))

    async def _access_by_old_route(self, request: Request) -> Media:
        asked_ms = request.query_int("timeout_ms", 0, most=MOST_WAIT_MS)
        wait_ms = asked_ms if request.user_id else 0
        media = await self._library.access(request["serverName"], request["mediaId"], wait_ms)
        if not request.user_id:
            raise not_found("Media is only served to those who are signed in")
        return media


def _reading(path: str, handler: Any) -> Route:
    return Route("GET", path, handler, Access.GUEST, limit="media")


def _frozen(path: str, handler: Any) -> Route:
    return Route("GET", path, handler, Access.OPTIONAL, limit="media")


def _is_known(request: Request, tag: str) -> bool:
    given = request.header("if-none-match") or ""
    return tag in [one.strip().removeprefix("W/") for one in given.split(",")]


def _requested_size(request: Request) -> Size:
    for name in ("width", "height"):
        if request.query(name) is None:
            raise missing_param(name)
    width = request.query_int("width", 0, least=1)
    height = request.query_int("height", 0, least=1)
    method = request.query("method") or "scale"
    if method not in ("crop", "scale"):
        raise invalid_param("method must be crop or scale")
    return nearest_size(width, height, method)
