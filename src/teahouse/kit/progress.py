"""How long work says how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

Tell = Callable[[str], None]
"""In words for the operator."""


def from_thread(tell: Tell) -> Tell:
    """The same, for a thread that is not the running event loop's."""
    loop = asyncio.get_running_loop()

    def told(progress: str) -> None:
        loop.call_soon_threadsafe(tell, progress)

    return told
