"""As what a sync shows whoever syncs.

Source: client-server API, GET /sync; MSC4186, "Request Body": `set_presence`
"""

from __future__ import annotations

from typing import get_args

from teahouse.homeserver.presence.published import State
from teahouse.kit.errors import invalid_param

STATES: dict[str, State] = {state: state for state in get_args(State)}


def presence_of(asked: str | None) -> State:
    """Who does not say is online. Errors: M_INVALID_PARAM."""
    presence = STATES.get(asked or "online")
    if presence is None:
        raise invalid_param("set_presence must be offline, online or unavailable")
    return presence
