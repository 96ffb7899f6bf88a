"""Globs by trying everything: what globs.py is checked against."""

from __future__ import annotations

WORD = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


def glob_matches(pattern: str, text: str) -> bool:
    """The whole of `text`."""
    if pattern == "":
        return text == ""
    if pattern[0] == "*":
        return any(glob_matches(pattern[1:], text[i:]) for i in range(len(text) + 1))
    if text == "":
        return False
    return pattern[0] in ("?", text[0]) and glob_matches(pattern[1:], text[1:])


def words_match(pattern: str, text: str) -> bool:
    """Any substring that starts and ends at a word boundary: the start or end of the value, or
    any character not in [A-Za-z0-9_]."""
    starts = [i for i in range(len(text) + 1) if i == 0 or text[i - 1] not in WORD]
    ends = [i for i in range(len(text) + 1) if i == len(text) or text[i] not in WORD]
    return any(glob_matches(pattern, text[i:j]) for i in starts for j in ends if i <= j)
