from __future__ import annotations

import pytest

from bench.figures import Better, Figure, Outcome, latencies, median_outcome, percentile
from bench.stopwatch import Cores, Usage


def figure(value: float, better: Better = "more") -> Figure:
    return Figure("it", value, "/s", better)


@pytest.mark.parametrize(
    ("better", "ours", "theirs", "times"),
    [("more", 600, 10, 60), ("more", 5, 10, 0.5), ("less", 2, 40, 20), ("less", 40, 20, 0.5)],
)
def test_a_ratio_says_how_many_times_better(
    better: Better, ours: float, theirs: float, times: float
) -> None:
    assert figure(ours, better).times_better_than(figure(theirs, better)) == times


@pytest.mark.parametrize(("ours", "theirs"), [(0, 5), (5, 0)])
def test_nothing_measured_has_no_ratio(ours: float, theirs: float) -> None:
    assert figure(ours).times_better_than(figure(theirs)) is None


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)])
def test_percentiles_are_nearest_rank(share: float, value: float) -> None:
    assert percentile(list(range(1, 101)), share) == value


def test_latencies_are_sorted_first_and_told_in_milliseconds() -> None:
    told = {each.name: each.value for each in latencies("answer", [0.3, 0.1, 0.2])}
    assert told == pytest.approx({"answer median": 200, "answer p95": 300, "answer p99": 300})


def test_rounds_are_told_as_medians_of_each_figure() -> None:
    rounds = [
        Outcome((figure(value),), Cores(cores, 0.1, 0.0), (f"round {value}",))
        for value, cores in ((10, 1.0), (90, 0.5), (20, 0.7))
    ]
    told = median_outcome(rounds)
    assert told.figures == (figure(20),)
    assert told.cores == Cores(0.7, 0.1, 0.0)


def test_cpu_of_neither_server_nor_generator_is_others() -> None:
    usage = Usage(wall_s=10, server_cpu_s=9, generator_cpu_s=2, machine_cpu_s=14)
    assert usage.cores.others == pytest.approx(0.3)
