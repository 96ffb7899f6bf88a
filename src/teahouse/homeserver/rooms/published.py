"""What the log's writer tells the readers in memory about rooms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class EventAppended:
    """A new event, as readers need it. `body` and `unsigned` are ready bytes; see tables.event."""

    room_id: str
    pos: int
    event_id: str
    type: str
    state_key: str | None
    sender: str
    origin_server_ts: int
    device_id: str | None
    txn_id: str | None
    body: bytes
    unsigned: bytes | None
    thread_id: str | None
    notify_no: int
    """Of what counts outside of threads, this event included; an event in a thread repeats it."""
    thread_no: int | None
    counts: bool
    """Whether it is one that members in general are told of."""
    parent_id: str | None
    membership: str | None


@dataclass(slots=True, frozen=True)
class HistoryPurged:
    """Of the room's events up to `upto` only the state is left, and counts begin anew there."""

    room_id: str
    upto: int
    pos: int


@dataclass(slots=True, frozen=True)
class EventRedacted:
    """`body` and `unsigned` take the place of what every cache holds of `event_id`."""

    room_id: str
    event_id: str
    body: bytes
    unsigned: bytes


@dataclass(slots=True, frozen=True)
class AliasesChanged:
    """The room has other names now."""

    room_id: str
