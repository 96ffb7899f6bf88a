"""A browser's subscription, and the push service that it is at: decrypts and checks what it gets.

Written straight from RFC 8188, 8291 and 8292, beside the libraries that the server uses.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.endpoint import Endpoint, Received, Response, endpoint
from tests.people import Person

APP = "org.example.web"
CURVE = ec.SECP256R1()


async def created(_: Received) -> Response:
    return Response(201, b"")


@dataclass
class Browser:
    service: Endpoint
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def url(self) -> str:
        return self.service.url + "/subscription/1"

    def pusher(self, **more: Any) -> dict[str, Any]:
        data = {"url": self.url, "auth": base64url(self.auth), **more.pop("data", {})}
        return {
            "kind": "org.matrix.msc4174.webpush",
            "app_id": APP,
            "pushkey": base64url(self.public),
            "app_display_name": "Teahouse",
            "device_display_name": "Browser",
            "lang": "zh-CN",
            "data": data,
            **more,
        }

    async def subscribe(self, who: Person, **more: Any) -> None:
        """Sets the pusher, and gives back the token that arrives."""
        count = len(self.service.received)
        assert (await who.post("/pushers/set", self.pusher(**more))).status == 201
        told = self.open((await self.service.has(count + 1))[count])
        (await who.post("/pushers/ack", told)).ok()

    async def told(self, count: int) -> list[dict[str, Any]]:
        """What arrived after the token, once there are `count`."""
        return [self.open(one) for one in (await self.service.has(1 + count))[1:]]

    def open(self, received: Received) -> dict[str, Any]:
        assert received.headers["content-encoding"] == "aes128gcm"
        body = received.body
        salt, record, id_len = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + id_len], body[21 + id_len :]
        assert len(body) <= record == 4096
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        )
        secret = derived(shared, self.auth, b"WebPush: info\0" + self.public + sender, 32)
        key = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(secret, salt, b"Content-Encoding: nonce\0", 12)
        opened = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert opened[-1:] == b"\2"
        parsed: dict[str, Any] = json.loads(opened[:-1])
        return parsed


def claims(received: Received, vapid: str) -> dict[str, Any]:
    """Of the token with which the server shows who it is; `vapid` is the key that it must be of."""
    scheme, _, parameters = received.headers["authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in parameters.split(","))
    assert (scheme, given["k"]) == ("vapid", vapid)
    signed, _, signature = given["t"].rpartition(".")
    numbers = unbase64url(signature)
    assert len(numbers) == 64
    der = utils.encode_dss_signature(
        int.from_bytes(numbers[:32], "big"), int.from_bytes(numbers[32:], "big")
    )
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unbase64url(vapid))
    key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    header, payload = (json.loads(unbase64url(part)) for part in signed.split("."))
    assert header == {"typ": "JWT", "alg": "ES256"}
    parsed: dict[str, Any] = payload
    return parsed


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    async with endpoint(created) as service:
        yield Browser(service)


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
