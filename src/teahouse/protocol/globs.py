"""Glob-style matching: appendices. `*` is any text, `?` one character.

Patterns come from users. A pattern is cut at its stars into pieces of fixed length, and each is
looked for once, from where the last one ended: the leftmost place is always good enough, so the
time is at most text times pattern, whatever they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

Matcher: TypeAlias = Callable[[str], bool]

_NOT_AFTER_WORD = r"(?<![A-Za-z0-9_])"
_NOT_BEFORE_WORD = r"(?![A-Za-z0-9_])"
_STARS = re.compile(r"\*+")


def whole(pattern: str) -> Matcher:
    """Whether a text is such as `pattern` from its start to its end; case matters."""
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    return _pieces(pattern, r"\A", r"\Z", any_one=".")


def stars(pattern: str) -> Matcher:
    """As `whole`, but `?` stands for itself: the wildcards of filters."""
    return _pieces(pattern, r"\A", r"\Z", any_one=r"\?")


def words(pattern: str) -> Matcher:
    """Whether any part of a text that starts and ends at a word boundary is such as `pattern`."""
    return _pieces(pattern, _NOT_AFTER_WORD, _NOT_BEFORE_WORD, any_one=".")


def _pieces(pattern: str, start: str, end: str, any_one: str) -> Matcher:
    def compile(before: str, piece: str, after: str) -> re.Pattern[str]:
        inside = "".join(any_one if char == "?" else re.escape(char) for char in piece)
        return re.compile(before + inside + after, re.DOTALL)

    first, *middle = _STARS.split(pattern)
    if not middle:
        only = compile(start, first, end)
        return lambda text: only.search(text) is not None
    last = middle.pop()
    # A piece that is empty puts no bound on its side: the text's own start or end will do.
    steps = [compile(start if first else "", first, "")]
    steps += [compile("", piece, "") for piece in middle]
    steps.append(compile("", last, end if last else ""))

    def matches(text: str) -> bool:
        position = 0
        for step in steps:
            match = step.search(text, position)
            if match is None:
                return False
            position = match.end()
        return True

    return matches
