"""postReceipt, setReadMarker, setTyping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.push.unread import ALL_TIMELINES
from teahouse.homeserver.receipts.service import FULLY_READ, RECEIPT_TYPES, Receipts
from teahouse.homeserver.receipts.typing import DEFAULT_TIMEOUT_MS, Typing
from teahouse.kit.errors import forbidden, invalid_param
from teahouse.kit.http import Request, Route
from teahouse.kit.http.shapes import Count, Name, Truth
from teahouse.kit.log import LogWriter

MAX_ID_LENGTH = 255


class ReceiptDetails(msgspec.Struct):
    thread_id: Any = msgspec.UNSET


class Markers(msgspec.Struct):
    fully_read: Name | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="m.fully_read")
    read: Name | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="m.read")
    private: Name | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="m.read.private")


class TypingState(msgspec.Struct):
    typing: Truth
    timeout: Count = DEFAULT_TIMEOUT_MS


class ReceiptsApi:
    def __init__(self, log: LogWriter, receipts: Receipts, typing: Typing) -> None:
        self._log = log
        self._receipts = receipts
        self._typing = typing

    def routes(self) -> Sequence[Route]:
        room = "/_matrix/client/v3/rooms/{room_id}"
        receipt = room + "/receipt/{receipt_type}/{event_id}"
        return [
            Route("POST", receipt, self.postReceipt),
            Route("POST", room + "/read_markers", self.setReadMarker),
            Route(
                "PUT",
                room + "/typing/{user_id}",
                self.setTyping,
                when_suspended=False,
            ),
        ]

    async def postReceipt(self, request: Request) -> Any:
        receipt_type = request["receipt_type"]
        thread_id = _thread_id(await request.json(ReceiptDetails))
        if receipt_type not in RECEIPT_TYPES:
            raise invalid_param(f"The receipt type must be one of {', '.join(RECEIPT_TYPES)}")
        if receipt_type == FULLY_READ and thread_id != ALL_TIMELINES:
            raise invalid_param("m.fully_read has no thread_id")
        await self._move(request, {receipt_type: request["event_id"]}, thread_id)
        return b"{}"

    async def setReadMarker(self, request: Request) -> Any:
        markers = msgspec.to_builtins(await request.json(Markers))
        await self._move(request, markers, ALL_TIMELINES)
        return b"{}"

    async def setTyping(self, request: Request) -> Any:
        state = await request.json(TypingState)
        if request["user_id"] != request.user_id:
            raise forbidden("You can type only for yourself")
        if state.typing:
            await self._typing.begin(request.user_id, request["room_id"], state.timeout)
        else:
            await self._typing.end(request.user_id, request["room_id"])
        return b"{}"

    async def _move(self, request: Request, events: dict[str, str], thread_id: str) -> None:
        user_id, room_id = request.user_id, request["room_id"]
        await self._log.submit(
            lambda tx: self._receipts.move(tx, user_id, room_id, events, thread_id)
        )


def _thread_id(details: ReceiptDetails) -> str:
    """Errors: M_INVALID_PARAM for wrong types too, as the operation says."""
    thread_id = details.thread_id
    if thread_id is msgspec.UNSET:
        return ALL_TIMELINES
    if not isinstance(thread_id, str) or not 0 < len(thread_id) <= MAX_ID_LENGTH:
        raise invalid_param("thread_id must be a string of 1 to 255 characters")
    if "\0" in thread_id:
        raise invalid_param("thread_id has a NUL")
    return thread_id
