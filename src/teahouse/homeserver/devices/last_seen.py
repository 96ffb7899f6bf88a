"""When a device was last seen: noted in memory for each request, written in batches later."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from itertools import islice

import structlog

from teahouse.homeserver.devices import store
from teahouse.kit.background import Background
from teahouse.kit.clock import Clock
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.http import Requester
from teahouse.kit.log import LogWriter, WriteTx

log = structlog.get_logger(__name__)

WRITE_AGAIN_MS = 5 * 60_000
FLUSH_EVERY_SECONDS = 60
MAX_REMEMBERED = 100_000
DEVICES_A_CHANGE = 200

DeviceKey = tuple[str, str]
Sighting = tuple[int, str]
"""(now_ms, address)"""


class LastSeen(Background):
    """A device is written at most once in five minutes, or when its address changes."""

    def __init__(self, writer: LogWriter, clock: Clock) -> None:
        super().__init__()
        self._writer = writer
        self._clock = clock
        self._noted: OrderedDict[DeviceKey, Sighting] = OrderedDict()
        self._unwritten: dict[DeviceKey, Sighting] = {}

    def seen(self, requester: Requester, address: str) -> None:
        """On the path of every request: no wait, no I/O."""
        key = (requester.user_id, requester.device_id)
        now_ms = self._clock.now_ms()
        noted = self._noted.get(key)
        if noted is not None and noted[1] == address and now_ms - noted[0] < WRITE_AGAIN_MS:
            return
        self._noted[key] = self._unwritten[key] = (now_ms, address)
        self._noted.move_to_end(key)
        if len(self._noted) > MAX_REMEMBERED:
            self._noted.popitem(last=False)

    async def stop(self) -> None:
        """Writes what was noted, before the log's writer stops."""
        await super().stop()
        await self.flush()

    async def flush(self) -> None:
        sightings, self._unwritten = self._unwritten, {}
        entries = iter(sightings.items())
        while some := dict(islice(entries, DEVICES_A_CHANGE)):
            await self._write(some)

    async def _write(self, some: Mapping[DeviceKey, Sighting]) -> None:
        def write(tx: WriteTx) -> None:
            for (user_id, device_id), (now_ms, address) in some.items():
                store.set_last_seen(tx, user_id, device_id, now_ms, address)

        try:
            await self._writer.submit(write)
        except (Refused, Unavailable):
            # Worth no more: the next request of the device tells again.
            log.warning("last seen not written", devices=len(some))

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_EVERY_SECONDS)
            await self.flush()
