"""Whose devices a person must look at again: those who changed them, who came, and who went."""

from __future__ import annotations

from collections.abc import Collection

from teahouse.homeserver.keys import lists
from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.state import state_changes
from teahouse.homeserver.sync.own_rooms import OwnRooms
from teahouse.kit.database import ReadTx


def device_lists(
    tx: ReadTx, user_id: str, after: int, upto: int, own: OwnRooms, changed_rooms: Collection[str]
) -> dict[str, list[str]]:
    """`changed` and `left`, empty when there is nothing to say.

    `changed_rooms`: joined ones with an event in (after, upto].
    """
    came = _came(tx, after, upto, own, changed_rooms)
    went = _went(tx, user_id, after, upto, own, changed_rooms)
    announced = set(lists.changed_users(tx, after, upto))
    announced.update(lists.signed_users(tx, user_id, after, upto))
    if not (came or went or announced):
        return {}
    sharing = membership_reads.sharing_users(tx, user_id) | {user_id}
    changed = (announced | came - {user_id}) & sharing
    left = went - sharing
    if not (changed or left):
        return {}
    return {"changed": sorted(changed), "left": sorted(left)}


def _came(
    tx: ReadTx, after: int, upto: int, own: OwnRooms, changed_rooms: Collection[str]
) -> set[str]:
    """Who may have begun to share a room."""
    came: set[str] = set()
    for room_id in own.newly_joined:
        came |= set(membership_reads.joined_members(tx, room_id))
    for room_id in changed_rooms:
        changes = state_changes.membership_changes(tx, room_id, after, upto)
        came |= {member for member, membership in changes if membership == "join"}
    return came


def _went(
    tx: ReadTx,
    user_id: str,
    after: int,
    upto: int,
    own: OwnRooms,
    changed_rooms: Collection[str],
) -> set[str]:
    """Who shared a room at `after` that they, or the person, have left since.

    Who was asked into it and never came, or came and went in between, was not told of.
    """
    went: set[str] = set()
    for room_id in changed_rooms:
        if room_id not in own.newly_joined or _was_in(tx, user_id, room_id, after):
            went |= set(membership_reads.departed_members(tx, room_id, after, upto))
    for room_id in {**own.left, **own.invited, **own.knocked}:
        if _was_in(tx, user_id, room_id, after):
            # Those too who have left it later than the person.
            went |= set(membership_reads.joined_members_at(tx, room_id, after))
    return went


def _was_in(tx: ReadTx, user_id: str, room_id: str, pos: int) -> bool:
    return membership_reads.membership_at(tx, user_id, room_id, pos) == "join"
