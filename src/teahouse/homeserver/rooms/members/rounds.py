"""Rounds through all rooms of a person: to tell them a new name or picture, or to leave them.

A few rooms are visited in the change that causes it; the rest waits in the outbox and is done a
few a change, so that nobody's message waits for somebody's thousand rooms. Each visit writes what
is so by then: of two names that follow each other the newer one stands in all rooms in the end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.members.member_content import MemberContents
from teahouse.homeserver.rooms.tables import FOREVER
from teahouse.homeserver.rooms.tables import membership as membership_table
from teahouse.homeserver.rooms.writing.append import Appender
from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.outbox import Item, Policy, drop, put
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.protocol.events import Draft

KIND: Final = "round"
ROOMS_A_CHANGE = 20

TELL, LEAVE = "tell", "leave"
VISITED = {TELL: ("join",), LEAVE: ("join", "invite", "knock")}

_c = membership_table.c
_NEXT = Prepared(
    sa.select(_c.room_id)
    .where(
        _c.shard == sa.bindparam("of_shard"),
        _c.user_id == sa.bindparam("of_user"),
        _c.to_pos == FOREVER,
        _c.membership.in_(sa.bindparam("visited", expanding=True)),
        _c.room_id > sa.bindparam("after"),
    )
    .order_by(_c.room_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


class Going(msgspec.Struct, array_like=True):
    """How far a round has come. A membership that is newer than `since` knows already."""

    since: int
    after: str = ""


class Rounds:
    """Implements kit.outbox.Owner for rounds that go on."""

    policy = Policy(first_retry_ms=1_000, share=1)

    def __init__(
        self, log: LogWriter, memory: RoomMemory, appender: Appender, members: MemberContents
    ) -> None:
        self._log = log
        self._memory = memory
        self._appender = appender
        self._members = members
        self.on_left: list[Callable[[WriteTx, str], None]] = []
        """In the change in which somebody has left the last of their rooms."""
        self.after_left: list[Callable[[], Awaitable[None]]] = []
        """Then awaited, where that was later than the change that caused it."""

    def refresh_profile(self, tx: WriteTx, user_id: str) -> None:
        """Tells the rooms of a person that their name or picture has changed."""
        self._begin(tx, _queue(TELL, user_id))

    def leave_all(self, tx: WriteTx, user_id: str) -> None:
        """When an account is closed: invitations are declined, too."""
        drop(tx, _queue(TELL, user_id))
        self._begin(tx, _queue(LEAVE, user_id))

    def holder(self, _queue: str) -> str:
        """One at a time: the log has one writer."""
        return KIND

    async def send(self, batch: Sequence[Item]) -> None:
        for item in batch:
            going = msgspec.json.decode(item.body, type=Going)
            is_over = await self._log.submit(partial(self._go_on, queue=item.queue, going=going))
            if is_over and _named(item.queue)[0] == LEAVE:
                for finish in self.after_left:
                    await finish()

    def dead(self, tx: WriteTx, queue: str) -> None:
        """Nothing is kept for it but what waits."""

    def _begin(self, tx: WriteTx, queue: str) -> None:
        # One that goes on is overtaken by this one.
        drop(tx, queue)
        self._go_on(tx, queue, Going(tx.next_pos()))

    def _go_on(self, tx: WriteTx, queue: str, going: Going) -> bool:
        """Visits the next few rooms. Whether they were the last."""
        what, user_id = _named(queue)
        found = tx.scalars(
            _NEXT,
            of_shard=shard_of(user_id),
            of_user=user_id,
            visited=VISITED[what],
            after=going.after,
            most=ROOMS_A_CHANGE + 1,
        )
        for room_id in found[:ROOMS_A_CHANGE]:
            self._visit(tx, what, user_id, room_id, going.since)
        if len(found) > ROOMS_A_CHANGE:
            on = Going(going.since, found[ROOMS_A_CHANGE - 1])
            put(tx, queue, msgspec.json.encode(on))
            return False
        for follower in self.on_left if what == LEAVE else ():
            follower(tx, user_id)
        return True

    def _visit(self, tx: WriteTx, what: str, user_id: str, room_id: str, since: int) -> None:
        room = self._memory.get(tx, room_id)
        if room.members[user_id].pos > since:
            return
        content: dict[str, Any] = {"membership": "leave"}
        if what == TELL:
            content = self._members.join(tx, user_id)
        draft = Draft(room_id, "m.room.member", user_id, content, user_id, tx.now_ms)
        self._appender.append(tx, room, draft)


def _queue(what: str, user_id: str) -> str:
    return f"{KIND}/{what}/{user_id}"


def _named(queue: str) -> tuple[str, str]:
    _, what, user_id = queue.split("/", 2)
    return what, user_id
