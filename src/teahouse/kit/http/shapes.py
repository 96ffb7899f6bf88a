"""Strings as the database takes them: bounded, and without NUL, which PostgreSQL can't store."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

_NO_NUL = r"^[^\x00]*\Z"

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=_NO_NUL)]
"""An identifier or a key: what stands in an index."""

ShortText = Annotated[str, msgspec.Meta(max_length=1000, pattern=_NO_NUL)]
"""Words for people: a display name, a reason."""

Ascii = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+\Z")]
"""An opaque identifier of printable ASCII."""

Truth = bool | Literal[0, 1]
"""For fields that old clients send as a number."""

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
