"""What an upload is, and how it is called."""

from __future__ import annotations

from dataclasses import dataclass


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
