"""Who may see an event: client-server API, "Room history visibility"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

DEFAULT: Final = "shared"
_UNDERSTOOD: Final = frozenset({"world_readable", "shared", "invited", "joined"})


def visibility_of(content: Mapping[str, Any] | None) -> str:
    """What an `m.room.history_visibility` says; `shared` where there is none or it says other."""
    value = (content or {}).get("history_visibility")
    return value if isinstance(value, str) and value in _UNDERSTOOD else DEFAULT


def can_see(
    history_visibility: str,
    membership_at: str,
    joined_later: bool,
    *,
    visibility_after: str | None = None,
    membership_after: str | None = None,
) -> bool:
    """Whether a user may see an event, by the state of the room before it.

    `joined_later`: the user joined at any point after the event was sent.
    `visibility_after` is given for an `m.room.history_visibility`, `membership_after` for the
    user's own `m.room.member`: such an event is seen by who may see it before or after it.
    """
    visibilities = {history_visibility, visibility_after or history_visibility}
    memberships = {membership_at, membership_after or membership_at}
    return any(_allows(v, m, joined_later) for v in visibilities for m in memberships)


def _allows(visibility: str, membership: str, joined_later: bool) -> bool:
    if visibility == "world_readable" or membership == "join":
        return True
    if visibility == "invited":
        return membership == "invite"
    return visibility != "joined" and joined_later
