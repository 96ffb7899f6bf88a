"""What a page says of itself, told by a confined program."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import structlog

from teahouse.homeserver.previews.fetching import Found
from teahouse.kit.confined import Confined, Failed, Limits, Overrun, as_file

log = structlog.get_logger(__name__)

PROGRAM = Path(__file__).parent / "page.py"
LIMITS = Limits(memory_bytes=384 << 20, cpu_seconds=2, wall_seconds=5, output_bytes=64 << 10)

_decode = msgspec.json.Decoder(dict[str, str]).decode


class PageReader:
    def __init__(self) -> None:
        self._confined = Confined(LIMITS)

    async def read(self, found: Found) -> dict[str, str]:
        """By names of OpenGraph; nothing when it can't be read within the limits.

        Errors: M_LIMIT_EXCEEDED when many wait.
        """
        with await asyncio.to_thread(as_file, found.body) as source:
            try:
                return _decode(await self._confined.run(PROGRAM, source, found.charset))
            except Overrun:
                return {}
            except Failed as failed:
                log.warning("a page could not be read", exit_code=failed.exit_code)
                return {}
