"""Receipts and typing as the events that a sync gives out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from teahouse.homeserver.receipts.published import ReceiptMoved


def receipt_event(receipts: Iterable[ReceiptMoved], user_id: str) -> bytes | None:
    """The `m.receipt` that this person may see of them; None when that is nothing."""
    content = receipt_content(receipt for receipt in receipts if receipt.is_for(user_id))
    return orjson.dumps({"type": "m.receipt", "content": content}) if content else None


def receipt_content(receipts: Iterable[ReceiptMoved]) -> dict[str, dict[str, dict[str, Any]]]:
    """Of a threaded and an unthreaded receipt for the same event the unthreaded is told, which says
    more; the event's form has room for one.
    """
    content: dict[str, dict[str, dict[str, Any]]] = {}
    for receipt in receipts:
        by_user = content.setdefault(receipt.event_id, {}).setdefault(receipt.receipt_type, {})
        present = by_user.get(receipt.user_id)
        if present is not None and "thread_id" not in present:
            continue
        by_user[receipt.user_id] = _said(receipt)
    return content


def typing_event(user_ids: Sequence[str]) -> bytes:
    return orjson.dumps({"type": "m.typing", "content": {"user_ids": list(user_ids)}})


def _said(receipt: ReceiptMoved) -> dict[str, Any]:
    said: dict[str, Any] = {"ts": receipt.ts_ms}
    if receipt.thread_id:
        said["thread_id"] = receipt.thread_id
    return said
