"""What may be delayed, for how long, and what may be done to it. Pure.

Source: MSC4140, "Cancellable delayed events"
"""

from __future__ import annotations

from typing import Any, Final, Literal

from teahouse.homeserver.delayed.model import Delayed, Outcome
from teahouse.kit.errors import Refused, bad_json, invalid_param, limit_exceeded
from teahouse.kit.shards import SHARDS

UNSTABLE: Final = "org.matrix.msc4140"

MAX_SCHEDULED: Final = 100
"""Of one person."""
MAX_FINALISED: Final = 100
KEEP_MS: Final = 7 * 86_400_000
MAX_CONTENT_BYTES: Final = 65_536
MAX_NAME_BYTES: Final = 255
SECRET_LENGTH: Final = 32

Action = Literal["send", "cancel", "restart"]
ACTIONS: Final[tuple[Action, ...]] = ("send", "cancel", "restart")


def read_delay(value: object, max_delay_ms: int) -> int:
    """In milliseconds. Errors: M_INVALID_PARAM, and M_UNKNOWN with the limit past that."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise invalid_param("The delay must be a positive number of milliseconds")
    if value > max_delay_ms:
        details: dict[str, Any] = {
            f"{UNSTABLE}.errcode": "M_MAX_DELAY_EXCEEDED",
            f"{UNSTABLE}.max_delay": max_delay_ms,
        }
        raise Refused("M_UNKNOWN", "This server allows no such delay", **details)
    return value


def check_names(type: str, state_key: str | None) -> None:
    """Errors: M_BAD_JSON, M_TOO_LARGE."""
    for name in (type, state_key or ""):
        if "\0" in name:
            raise bad_json("There is a NUL in the event's type or state key")
        if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
            raise Refused(
                "M_TOO_LARGE", f"Types and state keys have at most {MAX_NAME_BYTES} bytes"
            )


def check_number(scheduled: int, next_send_at_ms: int, now_ms: int) -> None:
    """Errors: M_LIMIT_EXCEEDED until the next one has been sent."""
    if scheduled >= MAX_SCHEDULED:
        raise limit_exceeded(max(1, next_send_at_ms - now_ms))


def is_done(delayed: Delayed, action: Action) -> bool:
    """Whether what is asked for has happened already. Errors: 409 when the opposite has."""
    outcome = delayed.outcome
    if outcome is None:
        return False
    was_sent = outcome.event_id is not None
    if (action == "send" and was_sent) or (action == "cancel" and not was_sent):
        return True
    happened = "was sent already" if was_sent else "has been cancelled"
    raise Refused("M_UNKNOWN", f"The event {happened}", status=409)


def delay_id_of(shard: int, secret: str) -> str:
    """Knowing it is enough to use it, so the secret is as hard to guess as an access token."""
    return f"{shard:02x}{secret}"


def shard_of_delay(delay_id: str) -> int | None:
    """The shard that it is kept in; None for what is no such id."""
    try:
        shard = int(delay_id[:2], 16)
    except ValueError:
        return None
    return shard if 0 <= shard < SHARDS else None


def shown(delayed: Delayed) -> dict[str, Any]:
    """As its owner sees it."""
    wanted = delayed.wanted
    body: dict[str, Any] = {
        "delay_id": delayed.delay_id,
        "room_id": wanted.room_id,
        "type": wanted.type,
        "delay_ms": wanted.delay_ms,
        "delayed_since_ts": delayed.since_ms,
        "content": wanted.content,
    }
    if wanted.state_key is not None:
        body["state_key"] = wanted.state_key
    if delayed.outcome is not None:
        body["finalised"] = _outcome(delayed.outcome)
    return body


def _outcome(outcome: Outcome) -> dict[str, Any]:
    body: dict[str, Any] = {"finalised_ts": outcome.at_ms}
    if outcome.event_id is not None:
        body["event_id"] = outcome.event_id
    if outcome.error is not None:
        body["error"] = outcome.error
    return body


def capabilities(max_delay_ms: int) -> dict[str, Any]:
    limits = {"max_delay_ms": max_delay_ms, "max_scheduled": MAX_SCHEDULED}
    return {f"{UNSTABLE}.delayed_events": limits}
