from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from bench.process_stats import (
    cpu_seconds,
    family_of,
    parse_busy_ticks,
    parse_pss_bytes,
    parse_stat,
    pss_bytes,
)

STAT = (
    "4242 ({name}) S 17 4242 4242 0 -1 4194560 2711 0 0 0 31 7 100 50 20 0 3 0 1234 "
    "123456789 5000 18446744073709551615 1 1 0 0 0 0 0 16781312 17642 0 0 0 17 1 0 0 0 0 0"
)


@pytest.mark.parametrize("name", ["teahouse", "tea house", "a) S 1 (b"])
def test_times_are_read_whatever_the_process_is_called(name: str) -> None:
    times = parse_stat(STAT.format(name=name))
    assert times.parent_pid == 17
    assert times.ticks == 31 + 7 + 100 + 50


def test_pss_is_the_total_and_not_a_part() -> None:
    text = "55d0-7ffd ---p 00000000 00:00 0 [rollup]\nRss: 900 kB\nPss: 640 kB\nPss_Anon: 500 kB\n"
    assert parse_pss_bytes(text) == 640 * 1024


def test_a_rollup_without_pss_is_an_error() -> None:
    with pytest.raises(ValueError, match="no PSS"):
        parse_pss_bytes("Rss: 900 kB\n")


def test_waiting_is_not_busy_but_stolen_time_is() -> None:
    assert parse_busy_ticks("cpu  100 1 20 9999 888 3 4 5 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n") == 133


def test_a_family_is_all_descendants_and_no_one_else() -> None:
    parents = {1: 0, 10: 1, 11: 10, 12: 10, 13: 12, 20: 1}
    assert sorted(family_of(10, parents)) == [10, 11, 12, 13]


def test_cpu_and_memory_of_a_child_count_for_its_parent() -> None:
    code = "x = b'.' * 32 * 2**20\nwhile True: pass"
    alone = pss_bytes(os.getpid())
    before_s = cpu_seconds(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", code])
    try:
        time.sleep(0.5)
        assert pss_bytes(os.getpid()) - alone > 32 * 2**20
        assert cpu_seconds(os.getpid()) - before_s > 0.1
    finally:
        child.kill()
        child.wait()
    assert cpu_seconds(os.getpid()) - before_s > 0.1, "a reaped child's time stays counted"
