"""What clients send, checked at the edge. What is signed is kept as it came, byte for value."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec

from teahouse.kit.errors import bad_json
from teahouse.kit.http.shapes import Ascii, Name

T = TypeVar("T")

MAX_QUERIED_USERS = 5000

Signatures = dict[Name, dict[Name, str]]


class Identity(msgspec.Struct):
    """`device_keys` of an upload."""

    user_id: Name
    device_id: Name
    algorithms: list[str]
    keys: dict[Name, str]
    signatures: Signatures = {}
    """Without any the keys are worth nothing to others, but that is for others to say."""


class SignedKey(msgspec.Struct):
    key: str
    signatures: Signatures


ClaimableKeys = dict[Ascii, str | SignedKey]


class Upload(msgspec.Struct):
    device_keys: Identity | None = None
    one_time_keys: ClaimableKeys | None = None
    fallback_keys: ClaimableKeys | None = None


class Query(msgspec.Struct):
    device_keys: Annotated[dict[Name, list[Name]], msgspec.Meta(max_length=MAX_QUERIED_USERS)]
    timeout: int = 10_000


class Claim(msgspec.Struct):
    one_time_keys: dict[Name, dict[Name, Name]]
    timeout: int = 10_000


class CrossSigningKey(msgspec.Struct):
    user_id: Name
    usage: list[str]
    keys: Annotated[dict[Name, str], msgspec.Meta(min_length=1, max_length=1)]
    signatures: Signatures = {}


class CrossSigningUpload(msgspec.Struct):
    master_key: CrossSigningKey | None = None
    self_signing_key: CrossSigningKey | None = None
    user_signing_key: CrossSigningKey | None = None
    auth: dict[str, Any] | None = None


class SignedObject(msgspec.Struct):
    """Of an upload of signatures; the rest of it must be what the server has."""

    signatures: Signatures


SignatureUpload = dict[Name, dict[Name, dict[str, Any]]]


def shaped(value: Any, shape: type[T]) -> T:
    """Errors: M_BAD_JSON that names the field."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise bad_json(str(error)) from None
