from __future__ import annotations

import json

from bench.figures import Figure, Outcome
from bench.report import RowResult, as_json, table
from bench.rows import ROWS
from bench.stopwatch import Cores
from bench.wanted import WANTED, AtLeastTimes, AtMost, verdict


def sends(value: float) -> Outcome:
    return Outcome((Figure("sends", value, "/s", "more"),), Cores(0.98, 0.31, 0.02))


def unspaced(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_the_table_sets_both_servers_and_their_ratio_beside_what_is_wanted() -> None:
    result = RowResult("senders-32", {"teahouse": sends(3600), "synapse": sends(45)})
    assert unspaced(table([result], judged=True))[1:] == [
        "senders-32 sends 3,600 /s 45.0 /s 80.0x at least 60x: reached",
        "senders-32 CPU server/generator/others 98%/31%/2% 98%/31%/2%",
    ]


def test_a_missed_figure_says_so() -> None:
    result = RowResult("senders-32", {"teahouse": sends(450), "synapse": sends(45)})
    assert "at least 60x: MISSED" in table([result], judged=True)


def test_without_a_peer_there_is_neither_ratio_nor_judgement_by_ratio() -> None:
    text = table([RowResult("senders-32", {"teahouse": sends(3600)})], judged=True)
    assert "times better" not in text
    assert "at least" not in text


def test_a_peer_alone_is_not_judged() -> None:
    memory = Outcome((Figure("PSS", 500, "MiB", "less"),))
    result = RowResult("memory-after", {"synapse": memory})
    assert "MISSED" not in table([result], judged=False)
    assert "MISSED" in table([result], judged=True)


def test_a_row_that_measured_the_generator_is_marked() -> None:
    busy = Outcome((Figure("sends", 9000, "/s", "more"),), Cores(0.9, 0.97, 0.0))
    assert "GENERATOR-BOUND?" in table([RowResult("senders-32", {"teahouse": busy})], judged=True)


def test_the_json_holds_values_ratios_and_verdicts() -> None:
    result = RowResult("senders-32", {"teahouse": sends(450), "synapse": sends(45)})
    written = json.loads(json.dumps(as_json([result], {"cores": 2}, judged=True)))
    assert written["cores"] == 2
    row = written["rows"][0]
    assert row["servers"]["teahouse"]["figures"]["sends"] == {"value": 450, "unit": "/s"}
    assert row["servers"]["teahouse"]["cpu_cores"]["generator"] == 0.31
    assert row["times_better"] == {"sends": 10}
    assert row["wanted"] == {"sends": {"wanted": "at least 60x", "reached": False}}


def test_a_bound_is_reached_when_met_exactly() -> None:
    assert verdict(AtMost(160), 160, None) == ("at most 160", True)
    assert verdict(AtMost(160), 160.1, None) == ("at most 160", False)
    assert verdict(AtLeastTimes(20), 1, 20) == ("at least 20x", True)
    assert verdict(AtLeastTimes(20), 1, None) is None


def test_what_is_wanted_is_wanted_of_a_row_that_exists() -> None:
    assert {row for row, _ in WANTED} <= {row.name for row in ROWS}


def test_row_names_are_unique() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
