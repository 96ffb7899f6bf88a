"""Of what a person has been told, newest first: their push rules, asked of what happened.

Nothing is stored of it. The newest events of all rooms that the person is in are read in windows
of positions, some rounds a page, with the invitations they were sent, and each is asked about by
the rules as they are now. What was read is told only if it was loud. A page that ends before it is
full has a token for the rest.
Source: client-server API, GET /notifications
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.homeserver.push import unread_store
from teahouse.homeserver.push.scopes import asks_for_name
from teahouse.homeserver.push.unread import ALL_TIMELINES, MAIN_RECEIPT
from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.state import activity
from teahouse.homeserver.rooms.state.push_context import PushContext, push_contexts
from teahouse.homeserver.rooms.timeline import timelines
from teahouse.homeserver.rooms.timeline.newest_events import invitations, newest_events
from teahouse.homeserver.rooms.timeline.splicing import splice
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.kit.database import ReadTx
from teahouse.protocol.push_rules import Actions, Rules, evaluate

ROUNDS = 5
"""Of one page. Each is 2 statements, and 5 more when there are rooms not seen before."""
WINDOW = 2_000
"""Positions of the log that one round looks into, from the newest event on."""
CANDIDATES = 200
"""Events that one round asks the rules about."""


@dataclass(frozen=True, slots=True)
class Wanted:
    limit: int
    upto: int
    highlights_only: bool = False


@dataclass(frozen=True, slots=True)
class Notified:
    found: StoredEvent
    actions: Actions
    is_read: bool


@dataclass(frozen=True, slots=True)
class Page:
    """`next_upto` is None when there is nothing older."""

    notified: list[Notified]
    next_upto: int | None


HidesInvite = Callable[[ReadTx, str, str], bool]
"""(tx, user_id, inviter): whether the person is not told of their invitations."""


def notified(
    tx: ReadTx, reader: Reader, rules: Rules, wanted: Wanted, hides_invite: HidesInvite
) -> Page:
    return _Past(tx, reader, rules, wanted, hides_invite).page()


def told(reader: Reader, now_ms: int, page: Page) -> list[dict[str, Any]]:
    """As the API has them."""
    return [
        {
            "actions": actions_of(one.actions),
            "event": msgspec.Raw(_shown(one.found, reader, now_ms)),
            "profile_tag": "",
            "read": one.is_read,
            "room_id": one.found.room_id,
            "ts": one.found.origin_server_ts,
        }
        for one in page.notified
    ]


def actions_of(actions: Actions) -> list[Any]:
    tweaks = [{"set_tweak": name, "value": value} for name, value in actions.tweaks.items()]
    return ["notify", *tweaks]


def _shown(found: StoredEvent, reader: Reader, now_ms: int) -> bytes:
    shows_past = found.state_key is None or found.is_redacted
    is_invitation = found.type == "m.room.member" and found.state_key == reader.user_id
    membership = "invite" if is_invitation else "join"
    return splice(found, reader, membership, now_ms, shows_past=shows_past)


def _is_read(found: StoredEvent, read: Mapping[str, int]) -> bool:
    """By the person's receipts, public or private."""
    here = read.get(found.thread_id or MAIN_RECEIPT, 0)
    return found.pos <= max(here, read.get(ALL_TIMELINES, 0))


class _Past:
    """Puts one page together; lives as long as its transaction."""

    def __init__(
        self,
        tx: ReadTx,
        reader: Reader,
        rules: Rules,
        wanted: Wanted,
        hides_invite: HidesInvite,
    ) -> None:
        self._tx = tx
        self._hides_invite = hides_invite
        self._reader = reader
        self._rules = rules
        self._wanted = wanted
        self._named = asks_for_name(rules)
        self._contexts: dict[str, PushContext] = {}
        self._read: dict[str, dict[str, int]] = {}
        self._found: list[Notified] = []

    def page(self) -> Page:
        upto = self._wanted.upto
        joined = membership_reads.joined_rooms(self._tx, self._reader.user_id)
        since = timelines.joined_since(self._tx, self._reader.user_id, joined, upto)
        invited = self._invited()
        for _ in range(ROUNDS):
            newest = activity.newest_positions(self._tx, dict.fromkeys(since, upto))
            # What came before the person joined is nothing that they were told of.
            since = {room: since[room] for room, pos in newest.items() if pos > since[room]}
            invited = [event for event in invited if event.pos <= upto]
            tops = [*(newest[room] for room in since), *(event.pos for event in invited[:1])]
            if not tops:
                return Page(self._found, None)
            upto = self._round(since, newest, invited, max(tops))
            if len(self._found) >= self._wanted.limit:
                break
        return Page(self._found, upto)

    def _round(
        self,
        since: Mapping[str, int],
        newest: Mapping[str, int],
        invited: Sequence[StoredEvent],
        top: int,
    ) -> int:
        """Looks at what is at `top` and before; how far it came is the position before that."""
        low = max(0, top - WINDOW)
        after = {room: max(low, pos) for room, pos in since.items() if newest[room] > low}
        events = newest_events(self._tx, after, top, self._reader.user_id, CANDIDATES)
        if len(events) == CANDIDATES:
            low = events[-1].pos - 1
        events += [event for event in invited if low < event.pos <= top]
        self._learn(events)
        for event in sorted(events, key=lambda event: event.pos, reverse=True):
            if len(self._found) >= self._wanted.limit:
                return event.pos
            self._look_at(event)
        return low

    def _invited(self) -> list[StoredEvent]:
        """To rooms; as many as fit on the page."""
        user_id, upto = self._reader.user_id, self._wanted.upto
        found = invitations(self._tx, user_id, upto, self._wanted.limit)
        return [event for event in found if not self._hides_invite(self._tx, user_id, event.sender)]

    def _learn(self, events: Sequence[StoredEvent]) -> None:
        new = {event.room_id for event in events} - self._contexts.keys()
        if new:
            user_id = self._reader.user_id
            self._contexts |= push_contexts(self._tx, user_id, new, named=self._named)
            self._read |= unread_store.read_positions(self._tx, user_id, new)

    def _is_taken_back(self, event: StoredEvent) -> bool:
        """An invitation stands, whatever was redacted of it."""
        return event.is_redacted and event.state_key != self._reader.user_id

    def _look_at(self, event: StoredEvent) -> None:
        if event.sender in self._reader.ignored or self._is_taken_back(event):
            return
        context = self._contexts[event.room_id]
        actions = evaluate(
            self._rules,
            msgspec.json.decode(event.body),
            user_id=self._reader.user_id,
            display_name=context.display_name,
            member_count=context.member_count,
            power_levels=context.power_levels,
        )
        is_read = _is_read(event, self._read.get(event.room_id, {}))
        # What was quiet is over once it is read.
        is_told = actions.notify and (not is_read or actions.highlight)
        if actions.highlight if self._wanted.highlights_only else is_told:
            self._found.append(Notified(event, actions, is_read))
