"""CPU and memory of a process and all its descendants, from /proc."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class ProcessTimes:
    """`ticks` is user and system time, that of children already reaped included."""

    parent_pid: int
    ticks: int


def parse_stat(text: str) -> ProcessTimes:
    """Reads /proc/PID/stat. The name in it may hold blanks and parentheses (proc(5))."""
    after_name = text.rpartition(")")[2].split()
    # Field 3 of proc(5) is after_name[0]: ppid is 4; utime, stime, cutime, cstime are 14 to 17.
    return ProcessTimes(int(after_name[1]), sum(int(field) for field in after_name[11:15]))


def parse_pss_bytes(text: str) -> int:
    """Reads /proc/PID/smaps_rollup."""
    for line in text.splitlines():
        if line.startswith("Pss:"):
            amount, unit = line.split()[1:3]
            if unit != "kB":
                raise ValueError(f"PSS in an unknown unit: {line}")
            return int(amount) * 1024
    raise ValueError("no PSS in smaps_rollup")


def family_of(pid: int, parents: dict[int, int]) -> list[int]:
    """`pid` and its descendants, given each process's parent."""
    children: dict[int, list[int]] = defaultdict(list)
    for child, parent in parents.items():
        children[parent].append(child)
    family = [pid]
    for member in family:
        family += children[member]
    return family


def cpu_seconds(pid: int) -> float:
    times = _all_times()
    family = family_of(pid, {each: t.parent_pid for each, t in times.items()})
    return sum(times[each].ticks for each in family) / os.sysconf("SC_CLK_TCK")


def pss_bytes(pid: int) -> int:
    """Proportional set size: a page shared by n processes counts 1/n in each."""
    family = family_of(pid, {each: t.parent_pid for each, t in _all_times().items()})
    return sum(parse_pss_bytes((_PROC / str(each) / "smaps_rollup").read_text()) for each in family)


def parse_busy_ticks(text: str) -> int:
    """Reads the first line of /proc/stat: all that was not idle, time stolen by a host included."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, text.split()[1:9])
    return user + nice + system + irq + softirq + steal


def machine_cpu_seconds() -> float:
    """CPU used by everything on the machine since it started."""
    return parse_busy_ticks((_PROC / "stat").read_text()) / os.sysconf("SC_CLK_TCK")


def _all_times() -> dict[int, ProcessTimes]:
    times = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                times[int(entry.name)] = parse_stat((entry / "stat").read_text())
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
    return times
