"""Smaller pictures, and how large pictures are, told by a confined program."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import structlog

from teahouse.homeserver.media.sizes import Size
from teahouse.kit.confined import Confined, Failed, Limits, Overrun, as_file
from teahouse.kit.errors import Refused

log = structlog.get_logger(__name__)

PROGRAM = Path(__file__).parent / "shrink.py"
LIMITS = Limits(memory_bytes=768 << 20, cpu_seconds=10, wall_seconds=20, output_bytes=8 << 20)
UNREADABLE = 4
"""Exit code of the program, which knows nothing of this module."""


@dataclass(frozen=True, slots=True)
class Measured:
    content_type: str
    width: int
    height: int


class Pictures:
    def __init__(self) -> None:
        self._confined = Confined(LIMITS)

    async def shrink(self, picture: Path, size: Size, *, animated: bool) -> bytes:
        """The bytes of a smaller picture: PNG, JPEG, GIF or WebP.

        Errors: M_TOO_LARGE, M_UNKNOWN for what is no picture, M_LIMIT_EXCEEDED when many wait.
        """
        movement = "animated" if animated else "still"
        with await asyncio.to_thread(picture.open, "rb") as source:
            return await self._run(source, str(size.width), str(size.height), size.method, movement)

    async def measure(self, content: bytes) -> Measured:
        """Errors: as `shrink`."""
        with await asyncio.to_thread(as_file, content) as source:
            measured = await self._run(source, "measure")
        content_type, width, height = measured.decode().split()
        return Measured(content_type, int(width), int(height))

    async def _run(self, source: IO[bytes], *arguments: str) -> bytes:
        try:
            return await self._confined.run(PROGRAM, source, *arguments)
        except Overrun:
            raise too_large() from None
        except Failed as failed:
            if failed.exit_code != UNREADABLE:
                log.error("no thumbnails can be made", exit_code=failed.exit_code)
            raise cannot_be_shrunk() from None


def too_large() -> Refused:
    return Refused("M_TOO_LARGE", "The picture is too large for a thumbnail")


def cannot_be_shrunk() -> Refused:
    return Refused("M_UNKNOWN", "There is no thumbnail of this content")
