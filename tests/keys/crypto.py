"""Keys as a client makes them, signed by a library that is not the server's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import signedjson.key
import signedjson.sign
from unpaddedbase64 import encode_base64

from tests.people import Answer, Person

PASSWORD_FLOW = {"stages": ["m.login.password"]}


@dataclass
class SigningKey:
    """`name` is a device's ID, or the public key itself when it is None."""

    user_id: str
    name: str | None = None
    key: Any = field(default_factory=lambda: signedjson.key.generate_signing_key("x"))

    def __post_init__(self) -> None:
        self.key.version = self.name or self.public_key

    @property
    def public_key(self) -> str:
        return encode_base64(self.key.verify_key.encode())

    @property
    def key_id(self) -> str:
        return f"ed25519:{self.key.version}"

    def sign(self, value: dict[str, Any]) -> dict[str, Any]:
        """The value with this signature besides those that it has."""
        copy = {**value, "signatures": dict(value.get("signatures", {}))}
        signed: dict[str, Any] = signedjson.sign.sign_json(copy, self.user_id, self.key)
        return signed


@dataclass
class CrossSigning:
    """A user's three keys."""

    user_id: str
    master: SigningKey = field(init=False)
    self_signing: SigningKey = field(init=False)
    user_signing: SigningKey = field(init=False)

    def __post_init__(self) -> None:
        self.master = SigningKey(self.user_id)
        self.self_signing = SigningKey(self.user_id)
        self.user_signing = SigningKey(self.user_id)

    def public(self, usage: str) -> dict[str, Any]:
        key: SigningKey = getattr(self, usage)
        return {
            "user_id": self.user_id,
            "usage": [usage],
            "keys": {key.key_id: key.public_key},
        }

    def upload(self) -> dict[str, Any]:
        return {
            "master_key": self.public("master"),
            "self_signing_key": self.master.sign(self.public("self_signing")),
            "user_signing_key": self.master.sign(self.public("user_signing")),
        }


def device_key_of(person: Person) -> SigningKey:
    return SigningKey(person.user_id, person.device_id)


def device_keys(person: Person, key: SigningKey, **more: Any) -> dict[str, Any]:
    return key.sign(
        {
            "user_id": person.user_id,
            "device_id": person.device_id,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": {
                f"curve25519:{person.device_id}": encode_base64(bytes(32)),
                key.key_id: key.public_key,
            },
            **more,
        }
    )


def one_time_keys(key: SigningKey, *names: str, **more: Any) -> dict[str, Any]:
    return {
        f"signed_curve25519:{name}": key.sign({"key": f"public part of {name}", **more})
        for name in names
    }


async def publish(person: Person) -> SigningKey:
    """Uploads the identity keys of the person's device; what it signs with."""
    key = device_key_of(person)
    (await person.post("/keys/upload", {"device_keys": device_keys(person, key)})).ok()
    return key


async def cross_sign(person: Person) -> CrossSigning:
    """Publishes a first set of cross-signing keys."""
    keys = CrossSigning(person.user_id)
    (await person.post("/keys/device_signing/upload", keys.upload())).ok()
    return keys


async def query(person: Person, *others: Person) -> Answer:
    wanted: dict[str, list[str]] = {other.user_id: [] for other in others}
    return (await person.post("/keys/query", {"device_keys": wanted})).ok()


async def claim(person: Person, other: Person, algorithm: str = "signed_curve25519") -> Any:
    """The key that was claimed of the other's device, or None."""
    wanted = {other.user_id: {other.device_id: algorithm}}
    answer = (await person.post("/keys/claim", {"one_time_keys": wanted})).ok()
    return answer["one_time_keys"].get(other.user_id, {}).get(other.device_id)
