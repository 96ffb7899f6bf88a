"""The hash under which a token is kept."""

from __future__ import annotations

import hashlib


def token_hash(token: str) -> bytes:
    """What is stored in place of a token: 32 bytes that don't open anything."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
