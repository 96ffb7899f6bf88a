"""What the project wants of its own figures: at least a ratio to the peer, or at most a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AtLeastTimes:
    """Better than the peer in the same run by this factor."""

    factor: float


@dataclass(frozen=True, slots=True)
class AtMost:
    """In the figure's own unit; needs no peer."""

    value: float


Wanted = AtLeastTimes | AtMost

WANTED: dict[tuple[str, str], Wanted] = {
    ("senders-32", "sends"): AtLeastTimes(60),
    ("pairs-10", "messages"): AtLeastTimes(45),
    ("group-100-senders-1", "deliveries"): AtLeastTimes(150),
    ("group-100-senders-10", "deliveries"): AtLeastTimes(120),
    ("pairs-1", "send-to-receive median"): AtLeastTimes(20),
    ("group-100-senders-1", "server CPU per delivery"): AtMost(50),
    ("group-100-senders-10", "server CPU per delivery"): AtMost(30),
    ("start-up", "ready"): AtMost(1),
    ("memory-at-rest", "PSS"): AtMost(100),
    ("memory-after", "PSS"): AtMost(160),
}


def verdict(wanted: Wanted, value: float, times_better: float | None) -> tuple[str, bool] | None:
    """What is wanted, in words, and whether it is reached; None when that needs a peer."""
    if isinstance(wanted, AtMost):
        return f"at most {wanted.value:g}", value <= wanted.value
    if times_better is None:
        return None
    return f"at least {wanted.factor:g}x", times_better >= wanted.factor
