"""An answer leaves in one piece: uvicorn writes its head and its body one after the other.

Each write asks the system, is a packet of its own, and wakes the client.
"""

from __future__ import annotations

import asyncio
from typing import Any

CONTINUE = b"HTTP/1.1 100 "


class OneWrite:
    """A transport that keeps an answer's head until the first of its body comes, or its end."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._write = transport.write
        self._head = b""
        self._is_new = True
        # Asked for with each request.
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._write(b"".join((head, data)))
        elif self._is_new and not data.startswith(CONTINUE):
            self._is_new = False
            self._head = data
        else:
            self._write(data)

    def next_answer(self) -> None:
        """The one before is complete."""
        self._flush()
        self._is_new = True

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        """What has no body."""
        if self._head and not self.is_closing():
            self._write(self._head)
        self._head = b""
