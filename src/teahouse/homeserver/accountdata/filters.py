"""Filters: stored under an ID, or sent inline with each sync; parsed once."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Any

import msgspec

from teahouse.homeserver.accountdata import filter_store as store
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, bad_json, invalid_param, not_found
from teahouse.kit.log import LogWriter
from teahouse.protocol.filters import BadFilter, SyncFilter, parse_sync_filter

MAX_FILTERS = 1000
MAX_BYTES = 64 * 1024
MAX_KEPT_BYTES = 4 << 20
"""Of definitions whose parsed form is in memory; that is several times as large."""


class Filters:
    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._log = log
        self._parsed: OrderedDict[tuple[str, str], tuple[SyncFilter, int]] = OrderedDict()
        self._kept_bytes = 0

    async def define(self, user_id: str, definition: dict[str, Any]) -> str:
        """The new filter's ID. Errors: M_BAD_JSON, M_TOO_LARGE."""
        encoded = msgspec.json.encode(definition)
        _parse(encoded)
        filter_id = await self._log.submit(partial(_add, user_id, encoded), size_bytes=len(encoded))
        return str(filter_id)

    async def definition(self, user_id: str, filter_id: str) -> bytes:
        """As it was sent. Errors: M_NOT_FOUND."""
        if not (filter_id.isascii() and filter_id.isdigit() and len(filter_id) < 16):
            raise not_found("No such filter")
        stored = await self._database.read(store.definition, user_id, int(filter_id))
        if stored is None:
            raise not_found("No such filter")
        return stored

    async def get(self, user_id: str, filter_param: str | None) -> SyncFilter:
        """`filter_param` is an ID or inline JSON.

        Errors: M_INVALID_PARAM for an unknown ID; M_BAD_JSON, M_TOO_LARGE for inline JSON.
        """
        if not filter_param:
            return SyncFilter()
        is_inline = filter_param.startswith("{")
        key = ("" if is_inline else user_id, filter_param)
        known = self._parsed.get(key)
        if known is not None:
            self._parsed.move_to_end(key)
            return known[0]
        encoded = filter_param.encode() if is_inline else await self._stored(*key)
        parsed = _parse(encoded)
        self._keep(key, parsed, len(encoded))
        return parsed

    async def _stored(self, user_id: str, filter_id: str) -> bytes:
        try:
            return await self.definition(user_id, filter_id)
        except Refused as refused:
            raise invalid_param(refused.message) from None

    def _keep(self, key: tuple[str, str], parsed: SyncFilter, size_bytes: int) -> None:
        """Filters never change, so that what is kept never gets old."""
        if key not in self._parsed:
            self._parsed[key] = (parsed, size_bytes + 512)
            self._kept_bytes += size_bytes + 512
        while self._kept_bytes > MAX_KEPT_BYTES:
            _, (_, dropped_bytes) = self._parsed.popitem(last=False)
            self._kept_bytes -= dropped_bytes


def _add(user_id: str, definition: bytes, tx: Any) -> int:
    return store.add(tx, user_id, definition, MAX_FILTERS)


def _parse(definition: bytes) -> SyncFilter:
    if len(definition) > MAX_BYTES:
        raise Refused("M_TOO_LARGE", "A filter has at most 64 KiB")
    try:
        return parse_sync_filter(definition)
    except BadFilter as error:
        raise bad_json(str(error)) from None
