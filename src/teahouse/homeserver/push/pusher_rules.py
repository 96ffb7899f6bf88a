"""What a pusher is, and what of a client's words can be one. Pure.

Source: client-server API, POST /_matrix/client/v3/pushers/set
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from teahouse.homeserver.push import webpush_rules
from teahouse.kit.errors import Refused, bad_json, invalid_param
from teahouse.kit.urls import UrlRefused, check_url

KIND: Final = "http"
PATH: Final = "/_matrix/push/v1/notify"
MAX_PUSHERS: Final = 100
MAX_APP_ID_CHARS: Final = 64
MAX_PUSHKEY_BYTES: Final = 512
MAX_WORDS_CHARS: Final = 1_000
MAX_DATA_BYTES: Final = 4_096

_IDENTITY: Final = ("kind", "app_id", "pushkey")
_WORDS: Final = ("app_display_name", "device_display_name", "lang")


class PusherKey(msgspec.Struct, frozen=True, array_like=True):
    """Which pusher: its queue in the outbox is named by this."""

    user_id: str
    app_id: str
    pushkey: str

    @property
    def queue(self) -> str:
        return "pusher/" + msgspec.json.encode(self).decode()

    @classmethod
    def of_queue(cls, queue: str) -> PusherKey:
        return msgspec.json.decode(queue.partition("/")[2], type=cls)


class Pusher(msgspec.Struct, frozen=True, omit_defaults=True):
    """As clients see it."""

    app_id: str
    pushkey: str
    kind: str
    app_display_name: str
    device_display_name: str
    lang: str
    data: dict[str, Any]
    profile_tag: str | None = None

    @property
    def is_webpush(self) -> bool:
        return self.kind in webpush_rules.KINDS

    @property
    def hears_ids_only(self) -> bool:
        """So `event_id_only` has it. Whoever names another format gets no more than that."""
        return "format" in self.data

    @property
    def wants_badges(self) -> bool:
        """Whether it is told when the person has read on. Browsers would have to show something."""
        return not (self.is_webpush and self.data.get("events_only", False))


def read_pusher(body: Mapping[str, Any], *, allow_private_urls: bool) -> Pusher:
    """Errors: M_MISSING_PARAM, M_BAD_JSON for a wrong type, M_INVALID_PARAM for a wrong value."""
    _require(body, (*_IDENTITY, *_WORDS, "data"))
    kind = body["kind"]
    if kind != KIND and kind not in webpush_rules.KINDS:
        raise invalid_param("There are no pushers of this kind here")
    app_id, pushkey = read_identity(body)
    data = body["data"]
    if not isinstance(data, dict):
        raise bad_json("data must be an object")
    if kind != KIND:
        data = webpush_rules.read_data(data)
    _check_data(data, kind, allow_private_urls=allow_private_urls)
    if kind != KIND:
        webpush_rules.check_keys(pushkey, data)
    tag = body.get("profile_tag")
    return Pusher(
        app_id=app_id,
        pushkey=pushkey,
        kind=kind,
        app_display_name=_text(body, "app_display_name"),
        device_display_name=_text(body, "device_display_name"),
        lang=_text(body, "lang"),
        data=data,
        profile_tag=None if tag is None else _text(body, "profile_tag"),
    )


def read_identity(body: Mapping[str, Any]) -> tuple[str, str]:
    """(app_id, pushkey). Errors: as `read_pusher`."""
    _require(body, _IDENTITY)
    app_id, pushkey = _text(body, "app_id"), _text(body, "pushkey")
    if not 0 < len(app_id) <= MAX_APP_ID_CHARS:
        raise invalid_param(f"app_id has 1 to {MAX_APP_ID_CHARS} characters")
    if not 0 < len(pushkey.encode()) <= MAX_PUSHKEY_BYTES:
        raise invalid_param(f"pushkey has 1 to {MAX_PUSHKEY_BYTES} bytes")
    return app_id, pushkey


def _require(body: Mapping[str, Any], names: tuple[str, ...]) -> None:
    missing = [name for name in names if name not in body]
    if missing:
        raise Refused("M_MISSING_PARAM", f"Missing parameters: {', '.join(missing)}")


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body[name]
    if not isinstance(value, str):
        raise bad_json(f"{name} must be a string")
    if len(value) > MAX_WORDS_CHARS or "\0" in value:
        raise invalid_param(f"{name} is too long, or has a NUL")
    return value


def _check_data(data: Mapping[str, Any], kind: str, *, allow_private_urls: bool) -> None:
    url = data.get("url")
    if url is None:
        raise Refused("M_MISSING_PARAM", "Missing parameters: data.url")
    if not isinstance(url, str):
        raise bad_json("data.url must be a string")
    try:
        check_url(url, allow_private=allow_private_urls)
    except UrlRefused as error:
        raise invalid_param(f"data.url: {error}") from None
    if kind == KIND and urlsplit(url).path != PATH:
        raise invalid_param(f"The path of data.url must be {PATH}")
    if not isinstance(data.get("format", ""), str):
        raise bad_json("data.format must be a string")
    if len(msgspec.json.encode(data)) > MAX_DATA_BYTES:
        raise invalid_param(f"data has at most {MAX_DATA_BYTES} bytes")
