"""What a server asked of the kernel, in the order in which it was done."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools import strace

CALL = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+|\?)", re.DOTALL)
UNFINISHED = re.compile(r"(?P<call>\w+\(.*) <unfinished \.\.\.>$", re.DOTALL)
RESUMED = re.compile(r"<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True)
class Call:
    """A system call that has returned. File descriptors are shown with their paths."""

    name: str
    arguments: str
    result: str


def command(trace: Path, calls: str) -> list[str]:
    """Runs a program under strace. Skips without it, unless it could have been installed."""
    program = strace.find()
    if program is None:
        assert os.geteuid() != 0, "strace is needed here and could not be installed"
        pytest.skip("strace is not installed, and only root may install it")
    options = ["-f", "-y", "-s", "4000", "-e", f"trace={calls}", "-e", "signal=none"]
    return [program, *options, "-o", str(trace)]


def completed_calls(trace: str) -> list[Call]:
    """In the order of their ends: a call that another thread interrupts ends where it resumes."""
    begun: dict[str, str] = {}
    completed = []
    for line in trace.splitlines():
        thread, _, text = line.partition(" ")
        text = text.strip()
        if unfinished := UNFINISHED.match(text):
            begun[thread] = unfinished["call"]
            continue
        if resumed := RESUMED.match(text):
            text = begun.pop(thread, "") + resumed["rest"]
        if call := CALL.match(text):
            completed.append(Call(call["name"], call["arguments"], call["result"]))
    return completed
