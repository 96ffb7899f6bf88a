"""What a row measures: figures with a unit, and which way is better."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from bench.stopwatch import Cores, Usage

Better = Literal["more", "less"]


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    better: Better

    def times_better_than(self, other: Figure) -> float | None:
        """None when the other's figure, or ours, makes a ratio senseless."""
        if self.value <= 0 or other.value <= 0:
            return None
        if self.better == "more":
            return self.value / other.value
        return other.value / self.value


@dataclass(frozen=True, slots=True)
class Outcome:
    """`cores` is None where no window was measured."""

    figures: tuple[Figure, ...]
    cores: Cores | None = None
    notes: tuple[str, ...] = field(default=())


def outcome(usage: Usage, *figures: Figure, notes: Sequence[str] = ()) -> Outcome:
    return Outcome(figures, usage.cores, tuple(notes))


def rate(name: str, count: int, wall_s: float) -> Figure:
    return Figure(name, count / wall_s, "/s", "more")


def cpu_each(name: str, usage: Usage, count: int) -> Figure:
    """Server CPU for each of `count` things."""
    return Figure(name, usage.server_cpu_s * 1e6 / count if count else 0.0, "us", "less")


def latencies(name: str, seconds: Sequence[float]) -> tuple[Figure, ...]:
    if not seconds:
        return ()
    ordered = sorted(seconds)
    return tuple(
        Figure(f"{name} {label}", percentile(ordered, share) * 1e3, "ms", "less")
        for label, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99))
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank: the smallest value that at least `share` of all do not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median_outcome(outcomes: Sequence[Outcome]) -> Outcome:
    """Figure by figure over repeated runs of one row; notes are the last run's."""
    last = outcomes[-1]
    cores = [each.cores for each in outcomes if each.cores is not None]
    by_name: dict[str, list[float]] = {figure.name: [] for figure in last.figures}
    for each in outcomes:
        for figure in each.figures:
            if figure.name in by_name:
                by_name[figure.name].append(figure.value)
    figures = tuple(
        Figure(f.name, statistics.median(by_name[f.name]), f.unit, f.better) for f in last.figures
    )
    return Outcome(
        figures,
        _median_cores(cores) if cores else None,
        last.notes,
    )


def _median_cores(cores: Sequence[Cores]) -> Cores:
    return Cores(
        statistics.median(each.server for each in cores),
        statistics.median(each.generator for each in cores),
        statistics.median(each.others for each in cores),
    )
