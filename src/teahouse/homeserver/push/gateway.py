"""Sends notifications to push gateways and browsers, from the outbox."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import msgspec

from teahouse.homeserver.push import webpush_rules
from teahouse.homeserver.push.notification import Notice, compose
from teahouse.homeserver.push.pusher_rules import PusherKey
from teahouse.homeserver.push.pushers import Pushers
from teahouse.homeserver.push.pushing import Push
from teahouse.homeserver.push.webpush import WebPush
from teahouse.kit.database import Database
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.outbox import Item, NotSent, Policy, key_of
from teahouse.kit.outbox.owner import DAY_MS, HOUR_MS
from teahouse.kit.urls import NoAnswer, UrlAnswer, UrlClient, UrlRefused

MAX_BADGES: Final = 20_000


class _Answer(msgspec.Struct):
    rejected: list[str] = []


class PushGateways:
    """Implements kit.outbox.Owner for queues of pushers."""

    policy = Policy(first_retry_ms=2_000, max_retry_ms=HOUR_MS, max_age_ms=DAY_MS, max_rows=100)

    def __init__(
        self,
        database: Database,
        log: LogWriter,
        pushers: Pushers,
        client: UrlClient,
        web_push: WebPush,
    ) -> None:
        self._database = database
        self._log = log
        self._pushers = pushers
        self._client = client
        self._web_push = web_push
        self._badges: OrderedDict[str, int] = OrderedDict()

    def holder(self, queue: str) -> str:
        return PusherKey.of_queue(queue).user_id

    async def send(self, batch: Sequence[Item]) -> None:
        for item in batch:
            await self._send(item)

    def dead(self, tx: WriteTx, queue: str) -> None:
        self._pushers.remove(tx, PusherKey.of_queue(queue))

    async def _send(self, item: Item) -> None:
        key = PusherKey.of_queue(item.queue)
        push = msgspec.json.decode(item.body, type=Push)
        notice = await self._database.read(compose, key, push, self._log.head)
        if notice is None or self._is_known(item.queue, notice):
            return
        answer = await self._post(item, notice)
        is_web = notice.envelope is not None
        is_gone = is_web and answer.status in webpush_rules.GONE
        if not (is_gone or 200 <= answer.status < 300):
            raise NotSent(str(answer.status), _retry_after_ms(answer))
        self._remember(item.queue, notice.unread)
        if is_gone or (not is_web and key.pushkey in _rejected(answer)):
            await self._log.submit(lambda tx: self._pushers.remove(tx, key))

    async def _post(self, item: Item, notice: Notice) -> UrlAnswer:
        if notice.envelope is not None:
            headers, body = await self._web_push.seal(notice.envelope)
        else:
            headers = {"content-type": "application/json", "idempotency-key": key_of([item])}
            body = notice.body
        try:
            return await self._client.post(notice.url, body, headers)
        except (UrlRefused, NoAnswer) as error:
            raise NotSent(type(error).__name__) from None

    def _is_known(self, queue: str, notice: Notice) -> bool:
        """A badge that the device shows already."""
        return notice.is_badge and self._badges.get(queue) == notice.unread

    def _remember(self, queue: str, unread: int) -> None:
        self._badges[queue] = unread
        self._badges.move_to_end(queue)
        if len(self._badges) > MAX_BADGES:
            self._badges.popitem(last=False)


def _rejected(answer: UrlAnswer) -> list[str]:
    """Gateways that answer something else have taken it nevertheless."""
    try:
        return msgspec.json.decode(answer.body, type=_Answer).rejected
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []


def _retry_after_ms(answer: UrlAnswer) -> int:
    seconds = answer.headers.get("retry-after", "")
    return (
        int(seconds) * 1000 if seconds.isascii() and seconds.isdigit() and len(seconds) < 7 else 0
    )
