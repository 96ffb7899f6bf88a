"""sendToDevice: messages from device to device, past any room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from teahouse.homeserver.devices import inbox
from teahouse.kit.errors import Refused, bad_json, invalid_param, suspended
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.shapes import Name
from teahouse.kit.log import LogWriter, Once, WriteTx

MAX_CONTENT_BYTES = 64 << 10
MAX_TYPE_BYTES = 255

FOR_READING = ("m.room_key_request", "m.room.encrypted")
"""What reading takes of others' devices, also from who is suspended: asking for keys, and mending
the channel that they come by."""


class Messages(msgspec.Struct):
    messages: dict[Name, dict[Name, dict[str, Any]]]


class SendToDeviceApi:
    def __init__(self, log: LogWriter) -> None:
        self._log = log

    def routes(self) -> Sequence[Route]:
        path = "/_matrix/client/v3/sendToDevice/{eventType}/{txnId}"
        return [Route("PUT", path, self.sendToDevice, Access.GUEST)]

    async def sendToDevice(self, request: Request) -> Any:
        type = request["eventType"]
        if len(type.encode()) > MAX_TYPE_BYTES:
            raise invalid_param("The event type is too long")
        body = await request.json_object(strict=False)
        contents = _contents(body)
        sender = request.user_id
        if request.requester.is_suspended:
            _check_suspended(sender, type, contents)

        def send(tx: WriteTx) -> bytes:
            inbox.deliver(tx, sender, type, contents)
            return b"{}"

        once = Once.of(sender, request.device_id, request.path)
        return await self._log.submit(send, once=once, size_bytes=_size(contents))


def _check_suspended(sender: str, type: str, receivers: Iterable[str]) -> None:
    """Their own devices are theirs: they verify each other, and share secrets.

    Source: client-server API, "Account suspension". Errors: M_USER_SUSPENDED.
    """
    if type not in FOR_READING and any(receiver != sender for receiver in receivers):
        raise suspended()


def _contents(body: dict[str, Any]) -> dict[str, dict[str, bytes]]:
    """The messages as JSON again. Errors: M_BAD_JSON, M_TOO_LARGE."""
    try:
        parsed = msgspec.convert(body, Messages)
    except msgspec.ValidationError as error:
        raise bad_json(str(error)) from None
    contents = {
        user_id: {device_id: msgspec.json.encode(content) for device_id, content in some.items()}
        for user_id, some in parsed.messages.items()
    }
    if any(
        len(content) > MAX_CONTENT_BYTES for some in contents.values() for content in some.values()
    ):
        raise Refused("M_TOO_LARGE", "A message is larger than 64 KiB")
    return contents


def _size(contents: dict[str, dict[str, bytes]]) -> int:
    return 256 + sum(len(content) for some in contents.values() for content in some.values())
