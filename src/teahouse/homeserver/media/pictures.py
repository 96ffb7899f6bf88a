"""Smaller pictures, made by a child process that has little to spend and nothing to lose.

Decoders are where hostile bytes meet old C code: they run in a process of their own, without the
server's memory, environment or open files, under limits of memory, time, pixels and frames.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import structlog

from teahouse.homeserver.media.rules import Size
from teahouse.kit.errors import Refused, limit_exceeded

log = structlog.get_logger(__name__)

CHILD = Path(__file__).parent / "shrink.py"
AT_ONCE = 2
WAITING = 32
WALL_SECONDS = 20
RESULT_BYTES = 8 << 20

TOO_LARGE, UNREADABLE = 3, 4
"""Exit codes of the child, which knows nothing of this module."""


class Shrinker:
    def __init__(self) -> None:
        self._running = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def shrink(self, picture: Path, size: Size, *, animated: bool) -> bytes:
        """The bytes of a smaller picture: PNG, JPEG, GIF or WebP.

        Errors: M_TOO_LARGE, M_UNKNOWN for what is no picture, M_LIMIT_EXCEEDED when many wait.
        """
        if self._waiting >= WAITING:
            raise limit_exceeded(1000)
        self._waiting += 1
        try:
            async with self._running:
                return await _run(picture, size, animated)
        finally:
            self._waiting -= 1


async def _run(picture: Path, size: Size, animated: bool) -> bytes:
    with await asyncio.to_thread(picture.open, "rb") as source:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(CHILD),
            str(size.width),
            str(size.height),
            size.method,
            "animated" if animated else "still",
            stdin=source,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
    try:
        async with asyncio.timeout(WALL_SECONDS):
            assert child.stdout is not None
            result = await _read_at_most(child.stdout, RESULT_BYTES)
            code = await child.wait()
    except (TimeoutError, OverflowError):
        raise too_large() from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if code == 0 and result:
        return result
    # A signal ended it when it reached a limit: no picture of a permitted size needs that much.
    if code == TOO_LARGE or code < 0:
        raise too_large()
    if code != UNREADABLE:
        log.error("no thumbnails can be made", exit_code=code)
    raise cannot_be_shrunk()


async def _read_at_most(stream: asyncio.StreamReader, most_bytes: int) -> bytes:
    result = bytearray()
    while chunk := await stream.read(64 << 10):
        result += chunk
        if len(result) > most_bytes:
            raise OverflowError
    return bytes(result)


def too_large() -> Refused:
    return Refused("M_TOO_LARGE", "The picture is too large for a thumbnail")


def cannot_be_shrunk() -> Refused:
    return Refused("M_UNKNOWN", "There is no thumbnail of this content")
