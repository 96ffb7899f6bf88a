"""Previews: fetched for whoever asks first, kept for an hour for those who ask next."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from teahouse.homeserver.media.service import MediaLibrary
from teahouse.homeserver.previews.addresses import joined, plain_address
from teahouse.homeserver.previews.cache import PreviewCache
from teahouse.homeserver.previews.fetching import Found, fetch
from teahouse.homeserver.previews.reading import PageReader
from teahouse.kit.clock import Clock
from teahouse.kit.errors import Refused, Unavailable, forbidden, limit_exceeded
from teahouse.kit.urls import NoAnswer, UrlClient, UrlRefused, check_url

AT_ONCE = 8
WAITING = 64
FETCH_SECONDS = 10.0
"""For the page and its picture together."""
PAGES = frozenset(["text/html", "application/xhtml+xml"])

Preview = dict[str, Any]


class Previews:
    def __init__(self, client: UrlClient, library: MediaLibrary, clock: Clock) -> None:
        self._client = client
        self._library = library
        self._cache = PreviewCache(clock)
        self._reader = PageReader()
        self._fetching = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[str, asyncio.Task[bytes | None]] = {}

    async def preview(self, url: str) -> bytes:
        """What the specification has a preview be, as JSON.

        Errors: M_FORBIDDEN for what may not be asked, M_UNKNOWN (502) when nothing was heard,
        M_LIMIT_EXCEEDED when many wait.
        """
        try:
            plain = plain_address(url)
            check_url(plain, allow_private=self._client.allow_private, plain_http=True)
        except UrlRefused as refused:
            raise forbidden(str(refused)) from None
        known = self._cache.get(plain)
        preview = known.preview if known is not None else await self._fetch_once(plain)
        if preview is None:
            # Also where the name leads to a private address: which names do is nobody's business.
            raise Refused("M_UNKNOWN", "Nothing was heard from there", status=502)
        return preview

    async def _fetch_once(self, url: str) -> bytes | None:
        """Those who ask for the same meanwhile wait for it; one who hangs up stops nobody."""
        task = self._under_way.get(url)
        if task is None:
            if len(self._under_way) >= WAITING:
                raise limit_exceeded(1000)
            task = self._under_way[url] = asyncio.create_task(self._fetch(url))
            task.add_done_callback(lambda _: self._under_way.pop(url))
        return await asyncio.shield(task)

    async def _fetch(self, url: str) -> bytes | None:
        async with self._fetching:
            try:
                preview = msgspec.json.encode(await self._look_at(url))
            except (UrlRefused, NoAnswer):
                preview = None
        self._cache.put(url, preview)
        return preview

    async def _look_at(self, url: str) -> Preview:
        deadline = asyncio.get_running_loop().time() + FETCH_SECONDS
        found = await self._ask(url, deadline)
        if found.content_type.startswith("image/"):
            return await self._picture(found)
        if found.content_type not in PAGES:
            return {}
        said = await self._reader.read(found)
        base, picture = said.pop("base", None), said.pop("og:image", None)
        if picture is None:
            return said
        try:
            shown = await self._ask(joined(found.url, base, picture), deadline)
            return {**said, **await self._picture(shown)}
        except (UrlRefused, NoAnswer):
            return said

    async def _ask(self, url: str, deadline: float) -> Found:
        try:
            async with asyncio.timeout_at(deadline):
                return await fetch(self._client, url)
        except TimeoutError:
            raise NoAnswer("too late") from None

    async def _picture(self, found: Found) -> Preview:
        """Nothing, when it is no picture or too large a one, or nothing more can be kept."""
        if not found.is_whole:
            return {}
        try:
            kept, measured = await self._library.keep_picture(found.body)
        except (Refused, Unavailable):
            return {}
        return {
            "og:image": self._library.address(kept.media_id),
            "og:image:type": measured.content_type,
            "og:image:width": measured.width,
            "og:image:height": measured.height,
            "matrix:image:size": kept.size_bytes,
        }
