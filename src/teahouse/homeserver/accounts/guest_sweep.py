"""Closes the accounts of guests who have not been seen for long.

Nobody comes back to one: it has no password, and its token was in a browser's tab.
"""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from teahouse.homeserver.accounts import store
from teahouse.homeserver.accounts.credentials import Credentials
from teahouse.homeserver.devices.last_seen import LastSeen
from teahouse.homeserver.devices.service import Devices
from teahouse.kit.background import Background
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.log import LogWriter, WriteTx

log = structlog.get_logger(__name__)

DAY_MS = 86_400_000
EVERY_SECONDS = 3_600
PAGE = 500


class GuestSweep(Background):
    def __init__(
        self,
        database: Database,
        writer: LogWriter,
        clock: Clock,
        credentials: Credentials,
        devices: Devices,
        last_seen: LastSeen,
        *,
        days: int,
    ) -> None:
        """`days` 0: guests stay."""
        super().__init__()
        self._database = database
        self._writer = writer
        self._clock = clock
        self._credentials = credentials
        self._devices = devices
        self._last_seen = last_seen
        self._days = days

    async def follow_policy(self) -> int:
        """How many accounts were closed."""
        if not self._days:
            return 0
        await self._last_seen.flush()
        before_ms, count = self._clock.now_ms() - self._days * DAY_MS, 0
        after = (0, "")
        while some := await self._database.read(store.guests, after, before_ms, PAGE):
            for guest in some:
                if await self._database.read(self._is_away, guest.user_id, before_ms):
                    count += await self._writer.submit(
                        partial(self._close, user_id=guest.user_id, before_ms=before_ms)
                    )
            after = (some[-1].created_at_ms, some[-1].user_id)
        return count

    def _is_away(self, tx: ReadTx, user_id: str, before_ms: int) -> bool:
        seen = (device.last_seen_ms for device in self._devices.all_of(tx, user_id))
        return all(seen_ms is None or seen_ms < before_ms for seen_ms in seen)

    def _close(self, tx: WriteTx, user_id: str, before_ms: int) -> bool:
        """Whether it is still a guest's, and one who is away."""
        account = store.get(tx, user_id)
        if account is None or account.is_deactivated or not account.is_guest:
            return False
        if not self._is_away(tx, user_id, before_ms):
            return False
        self._credentials.close(tx, user_id)
        return True

    async def _work(self) -> None:
        while True:
            try:
                await self.follow_policy()
            except (Refused, Unavailable) as error:
                log.warning("guests swept later", reason=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)
