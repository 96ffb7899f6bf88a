"""Receipts and typing as the events that a sync gives out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from teahouse.homeserver.push.unread import ALL_TIMELINES, MAIN_RECEIPT
from teahouse.homeserver.receipts.published import ReceiptMoved

_SAYS_MORE = {ALL_TIMELINES: 2, MAIN_RECEIPT: 1}


def receipt_event(receipts: Iterable[ReceiptMoved], user_id: str) -> bytes | None:
    """The `m.receipt` that this person may see of them; None when that is nothing."""
    content = receipt_content(receipt for receipt in receipts if receipt.is_for(user_id))
    return orjson.dumps({"type": "m.receipt", "content": content}) if content else None


def receipt_content(receipts: Iterable[ReceiptMoved]) -> dict[str, dict[str, dict[str, Any]]]:
    """The event's form has room for one receipt of a person and type for an event. Of more, that
    is told which says most: the unthreaded (MSC4102); where the event is a thread's root, that of
    the main timeline, since at its root nothing of the thread is read.
    """
    content: dict[str, dict[str, dict[str, Any]]] = {}
    for receipt in sorted(receipts, key=_says):
        by_user = content.setdefault(receipt.event_id, {}).setdefault(receipt.receipt_type, {})
        by_user[receipt.user_id] = _said(receipt)
    return content


def typing_event(user_ids: Sequence[str]) -> bytes:
    return orjson.dumps({"type": "m.typing", "content": {"user_ids": list(user_ids)}})


def _says(receipt: ReceiptMoved) -> int:
    """How much more than others for the same event."""
    return _SAYS_MORE.get(receipt.thread_id, 0)


def _said(receipt: ReceiptMoved) -> dict[str, Any]:
    said: dict[str, Any] = {"ts": receipt.ts_ms}
    if receipt.thread_id:
        said["thread_id"] = receipt.thread_id
    return said
