"""Thumbnails: made once for each content, size and movement, then kept as files."""

from __future__ import annotations

import asyncio

from teahouse.homeserver.media.model import Media
from teahouse.homeserver.media.pictures import Shrinker, cannot_be_shrunk
from teahouse.homeserver.media.rules import PICTURES, Size, essence
from teahouse.kit.objects import ObjectStore

MAGIC = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
MAGIC_BYTES = 4


class Thumbnails:
    def __init__(self, contents: ObjectStore, kept: ObjectStore) -> None:
        self._contents = contents
        self._kept = kept
        self._shrinker = Shrinker()
        self._making: dict[str, asyncio.Task[None]] = {}

    async def find_or_make(self, media: Media, size: Size, *, animated: bool) -> str:
        """The name of a thumbnail that is on disk.

        Errors: M_UNKNOWN when the media is no picture, M_TOO_LARGE, M_LIMIT_EXCEEDED.
        """
        if essence(media.content_type) not in PICTURES:
            raise cannot_be_shrunk()
        name = f"{media.object_name}-{size.label}-{'moving' if animated else 'still'}"
        if await self._kept.size_bytes(name) is None:
            await self._make_once(name, media, size, animated)
        return name

    async def _make_once(self, name: str, media: Media, size: Size, animated: bool) -> None:
        """Those who ask for the same one meanwhile wait for it; one who hangs up stops nobody."""
        task = self._making.get(name)
        if task is None:
            task = asyncio.create_task(self._make(name, media, size, animated))
            self._making[name] = task
            task.add_done_callback(lambda _: self._making.pop(name))
        await asyncio.shield(task)

    async def _make(self, name: str, media: Media, size: Size, animated: bool) -> None:
        async with self._contents.local(media.object_name) as picture:
            content = await self._shrinker.shrink(picture, size, animated=animated)
        await self._kept.put(name, content)

    async def content_type(self, name: str) -> str:
        """By its first bytes: the child may have kept the original's format."""
        async for chunk in self._kept.read(name, 0, MAGIC_BYTES):
            for magic, kind in MAGIC.items():
                if chunk.startswith(magic):
                    return kind
        raise cannot_be_shrunk()
