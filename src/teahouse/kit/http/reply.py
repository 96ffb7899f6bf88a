"""Answers that are more than a JSON body with status 200."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Reply:
    """A body with its status and headers; `body` is bytes or what msgspec encodes."""

    body: Any = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


@dataclass(slots=True)
class FileReply:
    """A body that is read while it is sent; its size may be unknown when it starts."""

    stream: AsyncIterator[bytes]
    size_bytes: int | None
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
