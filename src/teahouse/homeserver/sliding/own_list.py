"""A person's rooms as sliding sync lists them: the one that something last happened in comes first.

Source: MSC4186, "Lists"
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass

from teahouse.homeserver.rooms.members import membership_reads, spans
from teahouse.homeserver.rooms.members.spans import MembershipSpan
from teahouse.homeserver.rooms.state import activity
from teahouse.kit.database import ReadTx

STRIPPED = ("invite", "knock")

IsHidden = Callable[[MembershipSpan], bool]
"""Whether the person is not told of this invitation or knock."""


@dataclass(slots=True)
class OwnRoom:
    """`upto` is where the person's view of the room ends; `moved_pos` when it last changed."""

    span: MembershipSpan
    upto: int
    moved_pos: int
    is_inside: bool
    """Whether the person sees the room from inside, as who is or was joined does."""

    @property
    def room_id(self) -> str:
        return self.span.room_id

    @property
    def membership(self) -> str:
        return self.span.membership

    @property
    def is_joined(self) -> bool:
        return self.span.membership == "join"


@dataclass(frozen=True, slots=True)
class OwnMemberships:
    """What a list is made of, as of `upto`."""

    upto: int
    spans: Sequence[MembershipSpan]
    forgotten: Collection[str]
    newest: Mapping[str, int]
    """Position of the newest event of each joined room."""


def own_memberships(tx: ReadTx, user_id: str, upto: int) -> OwnMemberships:
    found = spans.spans_at(tx, user_id, upto)
    joined = [span.room_id for span in found if span.membership == "join"]
    newest = activity.newest_positions(tx, dict.fromkeys(joined, upto))
    return OwnMemberships(upto, found, spans.forgotten_rooms(tx, user_id, upto), newest)


def own_list(
    tx: ReadTx, user_id: str, own: OwnMemberships, told: Container[str], is_hidden: IsHidden
) -> list[OwnRoom]:
    """Newest first. Rooms that the person left are in it if the client has been `told` of them;
    those that they were put out of, always."""
    rooms: list[OwnRoom] = []
    for span in own.spans:
        room_id = span.room_id
        if span.membership == "join":
            moved_pos = own.newest.get(room_id, span.from_pos)
            rooms.append(OwnRoom(span, own.upto, moved_pos, is_inside=True))
        elif span.membership in STRIPPED:
            if not is_hidden(span):
                rooms.append(OwnRoom(span, span.from_pos, span.from_pos, is_inside=False))
        elif room_id in told or (span.sender != user_id and room_id not in own.forgotten):
            rooms += _left(tx, user_id, span, is_told=room_id in told)
    rooms.sort(key=lambda room: room.moved_pos, reverse=True)
    return rooms


def _left(tx: ReadTx, user_id: str, span: MembershipSpan, *, is_told: bool) -> list[OwnRoom]:
    """Who never was inside is told of the departure only if told of the room before."""
    own = membership_reads.memberships(tx, user_id, span.room_id)
    stays = [m.to_pos for m in own if m.membership == "join" and m.to_pos <= span.from_pos]
    if stays:
        return [OwnRoom(span, stays[-1], span.from_pos, is_inside=True)]
    if is_told:
        return [OwnRoom(span, span.from_pos, span.from_pos, is_inside=False)]
    return []
