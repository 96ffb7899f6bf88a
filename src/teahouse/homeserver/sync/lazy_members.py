"""Whose membership events a device already has, where it loads members lazily.

An answer may be lost: a member counts as known only to a request whose token says that the answer
arrived. What is forgotten here is only sent once more.
"""

from __future__ import annotations

from collections import OrderedDict

MAX_MEMBERS = 500_000


class LazyMembers:
    def __init__(self) -> None:
        self._devices: OrderedDict[tuple[str, str], dict[str, dict[str, int]]] = OrderedDict()
        self._members = 0

    def known(self, user_id: str, device_id: str, room_id: str, after: int) -> set[str]:
        """Those that answers up to the token `after` held. Safe to ask from any thread."""
        sent = self._devices.get((user_id, device_id), {}).get(room_id)
        if sent is None or after == 0:
            return set()
        return {member for member, pos in list(sent.items()) if pos <= after}

    def remember(
        self, user_id: str, device_id: str, members_by_room: dict[str, set[str]], pos: int
    ) -> None:
        """An answer with token `pos` held these members' events."""
        key = (user_id, device_id)
        rooms = self._devices.setdefault(key, {})
        self._devices.move_to_end(key)
        for room_id, members in members_by_room.items():
            sent = rooms.setdefault(room_id, {})
            before = len(sent)
            for member in members:
                sent.setdefault(member, pos)
            self._members += len(sent) - before
        while self._members > MAX_MEMBERS:
            self.forget_device(*next(iter(self._devices)))

    def forget_device(self, user_id: str, device_id: str) -> None:
        """A device that starts from nothing has nobody."""
        rooms = self._devices.pop((user_id, device_id), {})
        self._members -= sum(len(sent) for sent in rooms.values())
