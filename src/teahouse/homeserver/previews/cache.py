"""What was found of late, in memory only: nobody's disk has a list of what people link to."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from teahouse.kit.clock import Clock

KEEP_MS = 3_600_000
KEEP_FAILURE_MS = 300_000
MOST_BYTES = 8 << 20
ENTRY_BYTES = 300
"""What an entry takes beside its texts."""


@dataclass(frozen=True, slots=True)
class Entry:
    preview: bytes | None
    """None: there was no answer."""
    until_ms: int


class PreviewCache:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._size_bytes = 0

    def get(self, url: str) -> Entry | None:
        entry = self._entries.get(url)
        if entry is not None and entry.until_ms <= self._clock.monotonic_ms():
            self._drop(url)
            return None
        return entry

    def put(self, url: str, preview: bytes | None) -> None:
        keep_ms = KEEP_MS if preview is not None else KEEP_FAILURE_MS
        if url in self._entries:
            self._drop(url)
        self._entries[url] = entry = Entry(preview, self._clock.monotonic_ms() + keep_ms)
        self._size_bytes += _size_bytes(url, entry)
        while self._size_bytes > MOST_BYTES or self._oldest_is_over():
            self._drop(next(iter(self._entries)))

    def _oldest_is_over(self) -> bool:
        return next(iter(self._entries.values())).until_ms <= self._clock.monotonic_ms()

    def _drop(self, url: str) -> None:
        self._size_bytes -= _size_bytes(url, self._entries.pop(url))


def _size_bytes(url: str, entry: Entry) -> int:
    return ENTRY_BYTES + len(url) + len(entry.preview or b"")
