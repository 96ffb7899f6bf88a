"""A request as handlers see it: decoded path, typed query and body, and who asks."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

import falcon.asgi
import msgspec

from teahouse.kit.errors import Refused, bad_json, invalid_param, missing_param
from teahouse.kit.http.access import Requester
from teahouse.protocol import canonical_json

T = TypeVar("T")

ANONYMOUS = Requester("", "")
_INTEGER = re.compile(r"-?[0-9]{1,19}")


class WholeRequest(falcon.asgi.Request):
    """Falcon's request, which also gives a body that came in one piece, as most do."""

    @property
    def whole_body(self) -> bytes | None:
        first = self._first_event
        if first is None or first.get("more_body"):
            return None
        body: bytes = first.get("body", b"")
        return body


class Request:
    __slots__ = ("_body", "_falcon", "_max_body_bytes", "params", "requester")

    def __init__(
        self, request: WholeRequest, raw_params: dict[str, str], max_body_bytes: int
    ) -> None:
        self._falcon = request
        self._max_body_bytes = max_body_bytes
        self._body: bytes | None = None
        self.params = {name: _decode(value) for name, value in raw_params.items()}
        self.requester = ANONYMOUS

    @property
    def user_id(self) -> str:
        return self.requester.user_id

    @property
    def device_id(self) -> str:
        return self.requester.device_id

    @property
    def path(self) -> str:
        """The raw path, as sent."""
        return str(self._falcon.path)

    @property
    def address(self) -> str:
        """The client's address, as believed: forwarded ones only from trusted proxies."""
        client = self._falcon.scope.get("client")
        return client[0] if client else ""

    @property
    def origin(self) -> str:
        """Scheme and host under which the client reached this server, by its own word."""
        return str(self._falcon.prefix)

    def header(self, name: str) -> str | None:
        value: str | None = self._falcon.get_header(name)
        return value

    def __getitem__(self, name: str) -> str:
        return self.params[name]

    # the query

    def query(self, name: str) -> str | None:
        """Errors: M_INVALID_PARAM for a NUL, here as in the path."""
        value = self._falcon.params.get(name)
        if isinstance(value, list):
            value = str(value[-1])
        if value is not None and "\0" in value:
            raise invalid_param(f"{name} has a NUL")
        return value

    def query_all(self, name: str) -> list[str]:
        """Errors: as `query`."""
        value = self._falcon.params.get(name, [])
        values = list(value) if isinstance(value, list) else [value]
        if any("\0" in one for one in values):
            raise invalid_param(f"{name} has a NUL")
        return values

    def queries(self) -> list[tuple[str, str]]:
        """All parameters, with all their values."""
        return [(name, value) for name in self._falcon.params for value in self.query_all(name)]

    def required_query(self, name: str) -> str:
        value = self.query(name)
        if value is None:
            raise missing_param(name)
        return value

    def query_int(self, name: str, default: int, *, least: int = 0, most: int = 2**53 - 1) -> int:
        """A number in bounds; beyond the upper one the bound is taken."""
        value = self.query(name)
        if value is None:
            return default
        if _INTEGER.fullmatch(value) is None:
            raise invalid_param(f"{name} must be an integer")
        number = int(value)
        if number < least:
            raise invalid_param(f"{name} must be at least {least}")
        return min(number, most)

    def query_bool(self, name: str, default: bool = False) -> bool:
        value = self.query(name)
        if value is None:
            return default
        if value not in ("true", "false"):
            raise invalid_param(f"{name} must be true or false")
        return value == "true"

    # the body

    async def raw_body(self) -> bytes:
        """Errors: M_TOO_LARGE past the route's limit."""
        if self._body is None:
            whole = self._falcon.whole_body
            if whole is None:
                whole = b"".join([chunk async for chunk in self.stream()])
            elif len(whole) > self._max_body_bytes:
                raise Refused("M_TOO_LARGE", "The request is too large")
            self._body = whole
        return self._body

    async def stream(self) -> AsyncIterator[bytes]:
        length = self._falcon.content_length
        if length is not None and length > self._max_body_bytes:
            raise Refused("M_TOO_LARGE", "The request is too large")
        received = 0
        async for chunk in self._falcon.stream:
            received += len(chunk)
            if received > self._max_body_bytes:
                raise Refused("M_TOO_LARGE", "The request is too large")
            yield chunk
        if length is not None and received < length:
            raise Refused("M_UNKNOWN", "The request broke off")

    async def json(self, shape: type[T]) -> T:
        """The body as a msgspec struct. An empty body counts as an empty object.

        Errors: M_NOT_JSON when it can't be read, M_BAD_JSON when a field has a wrong type.
        """
        raw = await self.raw_body() or b"{}"
        try:
            # What the shape has no field for is skipped by the decoder without a look.
            return msgspec.json.decode(raw.decode(), type=shape)
        except msgspec.ValidationError as error:
            # A field may be wrong before the end is reached, and the end may be no JSON.
            raise Refused(_errcode(raw), str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refused("M_NOT_JSON", f"The body is not JSON: {error}") from None

    async def json_object(self, *, strict: bool = True) -> dict[str, Any]:
        """The body as an object that canonical JSON can carry: what an event's content must be.

        Not strict: any finite number may be in it.
        Errors: M_NOT_JSON when it can't be read, M_BAD_JSON for floats, depth and the like.
        """
        raw = await self.raw_body()
        try:
            value = canonical_json.decode(raw, strict=strict)
        except canonical_json.BadJson as error:
            raise Refused(_errcode(raw), str(error)) from None
        if not isinstance(value, dict):
            raise bad_json("The body must be an object")
        return value


def _errcode(raw: bytes) -> str:
    """Well-formed JSON that canonical JSON refuses is bad; anything else is not JSON."""
    try:
        msgspec.json.decode(raw.decode())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "M_NOT_JSON"
    return "M_BAD_JSON"


def _decode(segment: str) -> str:
    """NUL is refused here, once for all: no identifier has it, and PostgreSQL can't take it."""
    if "%" not in segment:
        return segment
    try:
        decoded = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        raise invalid_param("The path is not UTF-8") from None
    if "\0" in decoded:
        raise invalid_param("The path has a NUL")
    return decoded
