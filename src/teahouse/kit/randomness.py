"""Randomness, passed in as time is, so that a test can have the same things happen twice."""

from __future__ import annotations

import string
from base64 import urlsafe_b64encode
from random import Random

ALPHANUMERIC = string.ascii_letters + string.digits
TOKEN_BYTES = 32


class Randomness:
    def __init__(self, source: Random) -> None:
        """`source`: a SystemRandom wherever nobody may guess what comes."""
        self._source = source

    def string(self, length: int, alphabet: str = ALPHANUMERIC) -> str:
        return "".join(self._source.choice(alphabet) for _ in range(length))

    def token(self, prefix: str) -> str:
        """A bearer secret of 256 bits; the prefix tells a leaked one's kind."""
        secret = urlsafe_b64encode(self._source.randbytes(TOKEN_BYTES)).decode().rstrip("=")
        return f"{prefix}_{secret}"

    def fraction(self) -> float:
        """From 0, inclusive, to 1, exclusive."""
        return self._source.random()
