"""Glob-style matching: appendices. `*` is any text, `?` one character.

Patterns and texts come from users, so nothing here goes back. A pattern is cut at its stars into
pieces of fixed length, and each is looked for once, from where the last one ended: the leftmost
place is always good enough. A piece of letters alone is found by `str.find`. Where `?` or word
boundaries count, a text is a number for each character, with a bit for each place where it stands:
all places of a piece are found at once, by shifting and `&`, one step for each of its characters.
"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

Matcher: TypeAlias = Callable[[str], bool]

SEARCHED: Final = 4096
"""Characters of a text in which words, or patterns with `?`, are looked for."""

_WORD: Final = frozenset(string.ascii_letters + string.digits + "_")
_STARS = re.compile(r"\*+")


def whole(pattern: str) -> Matcher:
    """Whether a text is such as `pattern` from its start to its end; case matters.

    With a `?` in the pattern no text matches that is longer than SEARCHED.
    """
    if "?" not in pattern:
        return stars(pattern)
    pieces = _STARS.split(pattern)

    def matches(text: str) -> bool:
        if len(text) > SEARCHED:
            return False
        places = _places(text)
        return _match(pieces, places, 1, 1 << places.length)

    return matches


def stars(pattern: str) -> Matcher:
    """As `whole`, but `?` stands for itself: the wildcards of filters."""
    first, *middle = _STARS.split(pattern)
    if not middle:
        return pattern.__eq__
    last = middle.pop()

    def matches(text: str) -> bool:
        if not (text.startswith(first) and text.endswith(last)):
            return False
        position, end = len(first), len(text) - len(last)
        for piece in middle:
            position = text.find(piece, position, end)
            if position < 0:
                return False
            position += len(piece)
        return position <= end

    return matches


def words(pattern: str) -> Matcher:
    """Whether any part of a text that starts and ends at a word boundary is such as `pattern`.

    The first SEARCHED characters are looked at.
    """
    pieces = _STARS.split(pattern)

    def matches(text: str) -> bool:
        places = _places(text[:SEARCHED])
        return _match(pieces, places, places.starts, places.ends)

    return matches


def has_words(text: str, phrase: str) -> bool:
    """As `words`, for a phrase that is no pattern."""
    places = _places(text[:SEARCHED])
    found = places.of(phrase, any_one="")
    return found & places.starts & (places.ends >> len(phrase)) != 0


class _Places:
    """Of a text, as bits: bit `i` is what is, or begins, at its character `i`."""

    __slots__ = ("_by_char", "_everywhere", "ends", "length", "starts")

    def __init__(self, text: str) -> None:
        self.length = len(text)
        by_char: defaultdict[str, int] = defaultdict(int)
        for place, char in enumerate(text):
            by_char[char] |= 1 << place
        in_words = 0
        for char in _WORD & by_char.keys():
            in_words |= by_char[char]
        self._by_char = dict(by_char)
        self._everywhere = (2 << self.length) - 1
        self.starts = ~(in_words << 1) & self._everywhere
        self.ends = ~in_words & self._everywhere

    def of(self, piece: str, any_one: str = "?") -> int:
        """Where it begins."""
        found = self._everywhere >> len(piece)
        for offset, char in enumerate(piece):
            if char == any_one:
                continue
            found &= self._by_char.get(char, 0) >> offset
            if not found:
                break
        return found


# A message is asked about for each of its readers.
_places = lru_cache(maxsize=8)(_Places)


def _match(pieces: list[str], places: _Places, starts: int, ends: int) -> bool:
    """A piece at either side that is empty puts no bound there: a star is beside it."""
    first, *middle = pieces
    found = places.of(first)
    if not middle:
        return found & starts & (ends >> len(first)) != 0
    last = middle.pop()
    position = 0
    for piece, allowed in ((first, starts if first else -1), *((one, -1) for one in middle)):
        found = (places.of(piece) & allowed) >> position
        if not found:
            return False
        position += (found & -found).bit_length() - 1 + len(piece)
    found = places.of(last) & (ends >> len(last) if last else -1)
    return found >> position != 0
