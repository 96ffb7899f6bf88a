"""Seals messages to browsers: encrypted for one subscription, signed for its push service.

Sources: RFC 8030 (headers), RFC 8188 and 8291 (encryption), RFC 8292 (authorization)
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final
from urllib.parse import urlsplit

from teahouse.homeserver.push.webpush_key import VapidKey, VapidKeys
from teahouse.homeserver.push.webpush_payload import Envelope
from teahouse.homeserver.push.webpush_rules import of_base64
from teahouse.kit.clock import Clock

HOUR_SECONDS: Final = 3_600
TOKEN_SECONDS: Final = 12 * HOUR_SECONDS
"""Push services take no token that is good for more than a day."""
MAX_TOKENS: Final = 1_000


class WebPush:
    """What it needs is loaded when the first message is sealed."""

    def __init__(self, keys: VapidKeys, contact: str, clock: Clock) -> None:
        self._keys = keys
        self._contact = contact
        self._clock = clock
        self._tokens: OrderedDict[str, tuple[str, int]] = OrderedDict()

    async def seal(self, envelope: Envelope) -> tuple[dict[str, str], bytes]:
        """The headers and the body of a POST to the envelope's URL."""
        key = await self._keys.get()
        headers = {
            "authorization": self._authorization(key, _origin(envelope.url)),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(envelope.ttl_seconds),
            "urgency": envelope.urgency,
        }
        if envelope.topic is not None:
            headers["topic"] = envelope.topic
        return headers, _encrypted(envelope)

    def _authorization(self, key: VapidKey, audience: str) -> str:
        now_seconds = self._clock.now_ms() // 1000
        known, until_seconds = self._tokens.get(audience, ("", 0))
        if until_seconds - now_seconds < HOUR_SECONDS:
            until_seconds = now_seconds + TOKEN_SECONDS
            known = self._signed(key, audience, until_seconds)
            self._tokens[audience] = known, until_seconds
            if len(self._tokens) > MAX_TOKENS:
                self._tokens.popitem(last=False)
        return known

    def _signed(self, key: VapidKey, audience: str, until_seconds: int) -> str:
        from cryptography.hazmat.primitives.asymmetric import ec
        from py_vapid.jwt import sign  # type: ignore[import-untyped]

        private = ec.derive_private_key(int.from_bytes(key.private, "big"), ec.SECP256R1())
        token = sign({"aud": audience, "exp": until_seconds, "sub": self._contact}, private)
        return f"vapid t={token}, k={key.shown}"


def _encrypted(envelope: Envelope) -> bytes:
    import http_ece  # type: ignore[import-untyped]
    from cryptography.hazmat.primitives.asymmetric import ec

    sealed: bytes = http_ece.encrypt(
        envelope.payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=of_base64(envelope.p256dh),
        auth_secret=of_base64(envelope.auth),
        version="aes128gcm",
    )
    return sealed


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
