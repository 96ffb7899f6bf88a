"""What an upload is, and how it is called."""

from __future__ import annotations

from dataclasses import dataclass

NOBODY = ""
"""The owner of what the server fetched by itself."""


@dataclass(frozen=True, slots=True)
class Media:
    """`object_name` names the content, the same one for equal uploads."""

    media_id: str
    user_id: str
    object_name: str
    size_bytes: int
    content_type: str
    filename: str | None
    uploaded_at_ms: int
    accessed_at_ms: int
    """To the day."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An address without content."""

    media_id: str
    user_id: str
    expires_at_ms: int


@dataclass(frozen=True, slots=True)
class Quota:
    """0 is no limit."""

    user_bytes: int
    all_bytes: int
