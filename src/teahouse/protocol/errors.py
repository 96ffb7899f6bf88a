"""The root of every refusal that this package makes."""

from __future__ import annotations


class ProtocolError(Exception):
    """Something that the specification does not accept; `reason` is safe to show to its sender."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(ProtocolError):
    """The authorization rules of the room reject an event."""


class NeverAllowed(NotAllowed):
    """No level in a room would help: the event itself is wrong."""
