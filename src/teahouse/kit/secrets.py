"""Random identifiers and tokens, and the hash under which a token is kept."""

from __future__ import annotations

import hashlib
import secrets
import string

ALPHANUMERIC = string.ascii_letters + string.digits


def random_string(length: int, alphabet: str = ALPHANUMERIC) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def new_token(prefix: str) -> str:
    """A bearer secret of 256 bits; the prefix tells a leaked one's kind."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> bytes:
    """What is stored in place of a token: 32 bytes that don't open anything."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
