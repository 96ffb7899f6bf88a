"""Which rooms one person's sync speaks of, by their membership then and now."""

from __future__ import annotations

from dataclasses import dataclass, field

from teahouse.homeserver.rooms.members import membership_reads, spans
from teahouse.homeserver.rooms.members.spans import MembershipSpan
from teahouse.kit.database import ReadTx


@dataclass(slots=True)
class OwnRooms:
    joined: dict[str, MembershipSpan] = field(default_factory=dict)
    newly_joined: set[str] = field(default_factory=set)
    came_and_went: set[str] = field(default_factory=set)
    """Of `left`: joined and left since, so that nothing of them is known yet."""
    invited: dict[str, MembershipSpan] = field(default_factory=dict)
    knocked: dict[str, MembershipSpan] = field(default_factory=dict)
    left: dict[str, MembershipSpan] = field(default_factory=dict)


def own_rooms(tx: ReadTx, user_id: str, after: int, upto: int, *, include_left: bool) -> OwnRooms:
    """Memberships at `upto`; invitations, knocks and departures only if newer than `after`.

    `include_left` adds departures to a first sync, but for rooms that were forgotten. To who knows
    the room a departure is told all the same: another device has forgotten it.
    """
    rooms = OwnRooms()
    changed = spans.spans_after(tx, user_id, after, upto) if after else {}
    for span in spans.spans_at(tx, user_id, upto):
        is_news = span.from_pos > after
        match span.membership:
            case "join":
                rooms.joined[span.room_id] = span
                if is_news and not _was_joined_throughout(tx, user_id, span, changed, after):
                    rooms.newly_joined.add(span.room_id)
            case "invite" if is_news:
                rooms.invited[span.room_id] = span
            case "knock" if is_news:
                rooms.knocked[span.room_id] = span
            case "leave" | "ban" if is_news and (after or include_left):
                rooms.left[span.room_id] = span
                if _came_and_went(tx, user_id, span.room_id, changed, after):
                    rooms.came_and_went.add(span.room_id)
    for room_id in spans.forgotten_rooms(tx, user_id, upto) if not after else ():
        rooms.left.pop(room_id, None)
    return rooms


def _came_and_went(
    tx: ReadTx, user_id: str, room_id: str, changed: dict[str, list[MembershipSpan]], after: int
) -> bool:
    if not any(span.membership == "join" for span in changed.get(room_id, ())):
        return False
    return membership_reads.membership_at(tx, user_id, room_id, after) != "join"


def _was_joined_throughout(
    tx: ReadTx,
    user_id: str,
    span: MembershipSpan,
    changed: dict[str, list[MembershipSpan]],
    after: int,
) -> bool:
    """A join that follows joins only, as when a name changes."""
    if not after or any(other.membership != "join" for other in changed.get(span.room_id, ())):
        return False
    return membership_reads.membership_at(tx, user_id, span.room_id, after) == "join"
