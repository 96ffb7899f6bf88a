"""Dot-separated property paths: appendices.

A literal dot or backslash in a property's name is escaped by a backslash.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

Path: TypeAlias = tuple[str, ...]

ABSENT: Final = object()

_STEP = re.compile(r"(?:[^.\\]|\\.|\\\Z)*", re.DOTALL)
_ESCAPE = re.compile(r"\\([.\\])")


def parse_path(text: str) -> Path:
    """Other escapes than `\\.` and `\\\\` are left as they are."""
    steps = []
    position = 0
    while True:
        match = _STEP.match(text, position)
        assert match is not None  # it matches the empty string
        steps.append(_ESCAPE.sub(r"\1", match[0]))
        position = match.end() + 1
        if position > len(text):
            return tuple(steps)


def look_up(value: Any, path: Path) -> Any:
    """The value at `path`, ABSENT where there is none."""
    for step in path:
        if type(value) is not dict or step not in value:
            return ABSENT
        value = value[step]
    return value


def select(event: dict[str, Any], paths: list[Path]) -> dict[str, Any]:
    """A copy of `event` with nothing but what stands at `paths`."""
    selected: dict[str, Any] = {}
    for path in paths:
        value = look_up(event, path)
        if value is not ABSENT:
            _put(selected, path, value)
    return selected


def _put(target: dict[str, Any], path: Path, value: Any) -> None:
    for step in path[:-1]:
        target = target.setdefault(step, {})
        if type(target) is not dict:
            return
    target[path[-1]] = value
