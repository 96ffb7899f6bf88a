"""Accounts made by whoever knows the operator's secret: scripts, and suites that test a server.

A nonce is given out, and used once, within a minute; what is asked for is signed with the secret.
Source: Synapse's documentation, "Shared-Secret Registration"
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict

from teahouse.kit.clock import Clock
from teahouse.kit.errors import forbidden, invalid_param
from teahouse.kit.randomness import Randomness

NONCE_LENGTH = 64
LIFETIME_MS = 60 * 1000
MAX_NONCES = 10_000


class SharedSecret:
    def __init__(self, secret: str, clock: Clock, randomness: Randomness) -> None:
        self._key = secret.encode()
        self._clock = clock
        self._randomness = randomness
        self._nonces: OrderedDict[str, int] = OrderedDict()
        """When each was given out, oldest first."""

    @property
    def is_set(self) -> bool:
        return bool(self._key)

    def new_nonce(self) -> str:
        now_ms = self._clock.monotonic_ms()
        self._forget_old(now_ms)
        nonce = self._randomness.string(NONCE_LENGTH)
        self._nonces[nonce] = now_ms
        return nonce

    def check(self, nonce: str, mac: str, *signed: str) -> None:
        """`signed` is what the mac is made of, after the nonce. The nonce is used up.

        Errors: M_INVALID_PARAM for the nonce, M_FORBIDDEN for the mac.
        """
        self._forget_old(self._clock.monotonic_ms())
        if self._nonces.pop(nonce, None) is None:
            raise invalid_param("The nonce is unknown, used up or expired")
        message = b"\0".join(part.encode() for part in (nonce, *signed))
        wanted = hmac.new(self._key, message, hashlib.sha1).hexdigest()
        if not hmac.compare_digest(wanted.encode(), mac.lower().encode()):
            raise forbidden("The mac is wrong")

    def _forget_old(self, now_ms: int) -> None:
        while self._nonces:
            nonce, given_ms = next(iter(self._nonces.items()))
            if given_ms + LIFETIME_MS > now_ms and len(self._nonces) < MAX_NONCES:
                return
            del self._nonces[nonce]
