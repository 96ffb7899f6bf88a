"""What a room's join rules say of other rooms. Pure; content comes from anyone.

Source: client-server API, "Restricted rooms"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teahouse.protocol.identifiers import name_in

RESTRICTED = ("restricted", "knock_restricted")


def allowed_rooms(join_rules: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose members may come in, where the rule is one of RESTRICTED."""
    rules = join_rules.get("allow")
    named = [
        name_in(rule, "room_id")
        for rule in (rules if isinstance(rules, list) else ())
        if isinstance(rule, dict) and rule.get("type") == "m.room_membership"
    ]
    return tuple(room_id for room_id in named if room_id is not None and room_id[0] == "!")
