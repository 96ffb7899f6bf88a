"""Whose devices a person must look at again: those who changed them, who came, and who went."""

from __future__ import annotations

from collections.abc import Iterable

from teahouse.homeserver.keys import lists
from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.state import state_changes
from teahouse.homeserver.sync.own_rooms import OwnRooms
from teahouse.kit.database import ReadTx


def device_lists(
    tx: ReadTx, user_id: str, after: int, upto: int, own: OwnRooms, changed_rooms: Iterable[str]
) -> dict[str, list[str]]:
    """`changed` and `left`, empty when there is nothing to say.

    `changed_rooms`: joined ones with an event in (after, upto].
    """
    came, went = _moved(tx, user_id, after, upto, own, changed_rooms)
    announced = set(lists.changed_users(tx, after, upto))
    announced.update(lists.signed_users(tx, user_id, after, upto))
    if not (came or went or announced):
        return {}
    sharing = membership_reads.sharing_users(tx, user_id) | {user_id}
    changed = (announced | came) & sharing
    left = went - sharing
    if not (changed or left):
        return {}
    return {"changed": sorted(changed), "left": sorted(left)}


def _moved(
    tx: ReadTx, user_id: str, after: int, upto: int, own: OwnRooms, changed_rooms: Iterable[str]
) -> tuple[set[str], set[str]]:
    """Who may have begun and who may have ceased to share a room."""
    came: set[str] = set()
    went: set[str] = set()
    for room_id in own.newly_joined:
        came |= set(membership_reads.joined_members(tx, room_id))
    for room_id in own.left:
        went |= set(membership_reads.joined_members(tx, room_id))
    for room_id in changed_rooms:
        for member, membership in state_changes.membership_changes(tx, room_id, after, upto):
            (came if membership == "join" else went).add(member)
    return came - {user_id}, went - {user_id}
