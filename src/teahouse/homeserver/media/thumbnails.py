"""Thumbnails: made once for each content, size and movement, then kept as files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from teahouse.homeserver.media.holds import Holds
from teahouse.homeserver.media.model import Media
from teahouse.homeserver.media.pictures import Pictures, cannot_be_shrunk
from teahouse.homeserver.media.rules import PICTURES, essence
from teahouse.homeserver.media.sizes import SIZES, Size
from teahouse.kit.errors import not_found
from teahouse.kit.objects import ObjectStore

MAGIC = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
MAGIC_BYTES = 4
STILL, MOVING = "still", "moving"


class Thumbnails:
    def __init__(
        self, contents: ObjectStore, kept: ObjectStore, holds: Holds, pictures: Pictures
    ) -> None:
        self._contents = contents
        self._kept = kept
        self._holds = holds
        self._pictures = pictures
        self._making: dict[str, asyncio.Task[None]] = {}

    async def find_or_make(self, media: Media, size: Size, *, animated: bool) -> str:
        """The name of a thumbnail that is kept.

        Errors: M_UNKNOWN when the media is no picture, M_TOO_LARGE, M_LIMIT_EXCEEDED.
        """
        if essence(media.content_type) not in PICTURES:
            raise cannot_be_shrunk()
        name = _name(media.object_name, size, MOVING if animated else STILL)
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
        async with self._holds.keeping(media.object_name):
            try:
                async with self._contents.local(media.object_name) as picture:
                    content = await self._pictures.shrink(picture, size, animated=animated)
            except FileNotFoundError:
                raise not_found("There is no such media") from None
            await self._kept.put(name, content)

    def read(self, name: str) -> AsyncIterator[bytes]:
        return self._kept.read(name)

    async def size_bytes(self, name: str) -> int | None:
        return await self._kept.size_bytes(name)

    async def content_type(self, name: str) -> str:
        """By its first bytes: the program may have kept the original's format."""
        async for chunk in self._kept.read(name, 0, MAGIC_BYTES):
            for magic, kind in MAGIC.items():
                if chunk.startswith(magic):
                    return kind
        raise cannot_be_shrunk()

    async def delete(self, object_name: str) -> None:
        """All of a content."""
        await self._kept.delete(
            [_name(object_name, size, movement) for size in SIZES for movement in (STILL, MOVING)]
        )


def _name(object_name: str, size: Size, movement: str) -> str:
    return f"{object_name}-{size.label}-{movement}"
