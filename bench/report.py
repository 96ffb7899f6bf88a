"""The table that is printed and the JSON that is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bench.figures import Figure, Outcome
from bench.wanted import WANTED, verdict

# Above this share of a core the generator may be what limits the row.
_GENERATOR_LIMIT = 0.85


@dataclass(frozen=True, slots=True)
class RowResult:
    """Of one row: by server, the measured one first, its peer (if any) second."""

    row: str
    outcomes: dict[str, Outcome]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of one row with the peer's and what is wanted of it."""

    row: str
    figure: Figure
    peer_figure: Figure | None

    @property
    def times_better(self) -> float | None:
        if self.peer_figure is None:
            return None
        return self.figure.times_better_than(self.peer_figure)

    @property
    def verdict(self) -> tuple[str, bool] | None:
        wanted = WANTED.get((self.row, self.figure.name))
        if wanted is None:
            return None
        return verdict(wanted, self.figure.value, self.times_better)


def lines(result: RowResult) -> list[Line]:
    measured, *peers = result.outcomes.values()
    peer_figures = {figure.name: figure for peer in peers for figure in peer.figures}
    return [Line(result.row, each, peer_figures.get(each.name)) for each in measured.figures]


def table(results: list[RowResult], *, judged: bool) -> str:
    """Columns: row, figure, each server's value, ratio and, when `judged`, what is wanted."""
    servers = list(results[0].outcomes)
    compared = len(servers) > 1
    head = ["row", "figure", *servers]
    head += ["times better"] * compared + ["wanted"] * judged
    cells = [head]
    for result in results:
        for line in lines(result):
            values = [_value(line.figure)]
            values += [_value(line.peer_figure)] * compared
            values += [_times(line.times_better)] * compared
            cells.append([line.row, line.figure.name, *values, *[_wanted(line)] * judged])
        cells += [cell + [""] * (compared + judged) for cell in _cpu_cells(result)]
    return _aligned(cells)


def as_json(results: list[RowResult], about: dict[str, Any], *, judged: bool) -> dict[str, Any]:
    return {**about, "rows": [_row_json(result, judged=judged) for result in results]}


def _row_json(result: RowResult, *, judged: bool) -> dict[str, Any]:
    ratios = {each.figure.name: each.times_better for each in lines(result)}
    wanted = {each.figure.name: each.verdict for each in lines(result) if judged and each.verdict}
    return {
        "row": result.row,
        "servers": {name: _outcome_json(outcome) for name, outcome in result.outcomes.items()},
        "times_better": {name: times for name, times in ratios.items() if times is not None},
        "wanted": {
            name: {"wanted": words, "reached": reached} for name, (words, reached) in wanted.items()
        },
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "figures": {f.name: {"value": f.value, "unit": f.unit} for f in outcome.figures},
        "cpu_cores": outcome.cores and asdict(outcome.cores),
        "notes": list(outcome.notes),
    }


def _cpu_cells(result: RowResult) -> list[list[str]]:
    """A line of CPU shares, then the notes of those that have any."""
    if all(outcome.cores is None for outcome in result.outcomes.values()):
        return []
    shares = [_shares(outcome) for outcome in result.outcomes.values()]
    cells = [[result.row, "CPU server/generator/others", *shares]]
    if any(outcome.notes for outcome in result.outcomes.values()):
        notes = ["; ".join(outcome.notes) for outcome in result.outcomes.values()]
        cells.append([result.row, "note", *notes])
    return cells


def _shares(outcome: Outcome) -> str:
    cores = outcome.cores
    if cores is None:
        return "-"
    warning = " GENERATOR-BOUND?" if cores.generator > _GENERATOR_LIMIT else ""
    return f"{cores.server:.0%}/{cores.generator:.0%}/{cores.others:.0%}{warning}"


def _value(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    digits = 0 if figure.value >= 1000 else 1 if figure.value >= 10 else 2
    return f"{figure.value:,.{digits}f} {figure.unit}"


def _times(times_better: float | None) -> str:
    return "-" if times_better is None else f"{times_better:.1f}x"


def _wanted(line: Line) -> str:
    if line.verdict is None:
        return ""
    words, reached = line.verdict
    return f"{words}: {'reached' if reached else 'MISSED'}"


def _aligned(cells: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column < 2 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )
