"""A validation: somebody asks for a letter, and whoever reads the mailbox presses a button.

Its ID is made of what it is for, the address, and the client's secret. So the same question leads
to the same validation, and the secret need not be kept: who names another one has another ID.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
from dataclasses import dataclass

from teahouse.kit.secrets import token_hash

LIFETIME_MS = 60 * 60 * 1000
"""Of a link, and once more of what it has confirmed."""


class Purpose(enum.Enum):
    REGISTER = "register"
    RESET = "reset"
    ADD = "add"

    @property
    def is_for_owner(self) -> bool:
        """Whether the address must have an account, or must have none."""
        return self is Purpose.RESET


@dataclass(frozen=True, slots=True)
class Session:
    """`token_hash` None: the address did not suit the purpose, which only its reader was told."""

    sid: str
    purpose: Purpose
    address: str
    send_attempt: int
    token_hash: bytes | None
    next_link: str | None
    validated_at_ms: int | None
    expires_at_ms: int

    def is_over(self, now_ms: int) -> bool:
        return self.expires_at_ms <= now_ms

    def has_sent(self, send_attempt: int, now_ms: int) -> bool:
        """Whether this attempt needs no further letter."""
        if self.is_over(now_ms):
            return False
        return self.validated_at_ms is not None or send_attempt <= self.send_attempt

    def opens_with(self, token: str, now_ms: int) -> bool:
        return (
            self.token_hash is not None
            and not self.is_over(now_ms)
            and hmac.compare_digest(self.token_hash, token_hash(token))
        )

    def is_named_by(self, purpose: Purpose, client_secret: str, now_ms: int) -> bool:
        named = sid_of(purpose, self.address, client_secret)
        return hmac.compare_digest(self.sid, named) and not self.is_over(now_ms)


def sid_of(purpose: Purpose, address: str, client_secret: str) -> str:
    """Neither an address nor a secret has a NUL."""
    named = "\0".join((purpose.value, address, client_secret))
    digest = hashlib.sha256(named.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
