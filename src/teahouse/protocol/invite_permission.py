"""Whose invitations a person takes, as their clients have set it. Pure; content is from anyone.

Sources: client-server API, "Invite permission"; MSC4155, which names people and servers
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from teahouse.protocol import globs

TYPE: Final = "m.invite_permission_config"
BY_NAME_TYPE: Final = "org.matrix.msc4155.invite_permission_config"

MAX_PATTERNS = 1_000
"""Of each list; longer ones are cut."""

Answer = Literal["allow", "ignore", "block"]
_ANSWERS: tuple[tuple[str, Answer], ...] = (
    ("allowed", "allow"),
    ("ignored", "ignore"),
    ("blocked", "block"),
)


@dataclass(frozen=True, slots=True)
class InvitePermission:
    blocks_all: bool = False
    by_name: dict[str, Any] | None = None

    def of(self, inviter: str) -> Answer:
        """What becomes of an invitation: `ignore` keeps it from the person without a word."""
        if self.blocks_all:
            return "block"
        if self.by_name is None:
            return "allow"
        server = inviter.partition(":")[2]
        for kind, subject in (("users", inviter), ("servers", server)):
            for prefix, answer in _ANSWERS:
                patterns = _patterns(self.by_name.get(f"{prefix}_{kind}"))
                if any(globs.whole(pattern)(subject) for pattern in patterns):
                    return answer
        return "allow"


def parse(stored: bytes | None, by_name: bytes | None) -> InvitePermission:
    """Of the contents of TYPE and BY_NAME_TYPE. What can't be understood says nothing."""
    named = _object(by_name)
    applies = bool(named) and named.get("enabled", True) is True
    return InvitePermission(
        _object(stored).get("default_action") == "block", named if applies else None
    )


def _patterns(found: Any) -> Iterator[str]:
    if isinstance(found, list):
        yield from (one for one in found[:MAX_PATTERNS] if isinstance(one, str))


def _object(content: bytes | None) -> dict[str, Any]:
    found = msgspec.json.decode(content) if content else None
    return found if isinstance(found, dict) else {}
