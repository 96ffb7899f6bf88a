"""Glob-style matching, against trying everything."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from teahouse.protocol import globs
from tests.protocol.naive_globs import glob_matches, words_match

texts = st.text(alphabet="ab_ .*?\n茶", max_size=10)
patterns = st.text(alphabet="ab_ .*?茶", max_size=6)


@given(patterns, texts)
@example("a*a", "a")
@example("*", "")
@example("", "a")
@settings(max_examples=300)
def test_whole_texts(pattern: str, text: str) -> None:
    assert globs.whole(pattern)(text) == glob_matches(pattern, text)


@given(patterns, texts)
@example("a", "ba a_")
@example("*a", "ab")
@example("a*", "ba ab")
@example("", "ab")
@example("a b", "a b_ a b")
@settings(max_examples=300)
def test_words(pattern: str, text: str) -> None:
    assert globs.words(pattern)(text) == words_match(pattern, text)


@given(patterns, texts)
@settings(max_examples=200)
def test_only_stars(pattern: str, text: str) -> None:
    without = pattern.replace("?", "!")
    assert globs.stars(pattern)(text) == glob_matches(without, text.replace("?", "!"))


@pytest.mark.parametrize(
    ("pattern", "body", "matches"),
    [
        # The examples of the specification.
        ("ex*ple", "An example event.", True),
        ("ex*ple", "exple", True),
        ("ex*ple", "An exciting triple-whammy", True),
        ("cake*lie", "the cake is a lie!", True),
        ("tea", "It's time for tea", True),
        ("time", "It's time for tea", True),
        ("tea", "a teahouse", False),
        ("tea", "tea_time", False),
        ("茶", "喝茶去", True),
        ("@room", "hey @room!", True),
        ("@room", "me@room", False),
        ("a.c", "abc", False),
        ("*", "", True),
    ],
)
def test_words_of_a_body(pattern: str, body: str, matches: bool) -> None:
    assert globs.words(pattern)(body) == matches


@pytest.mark.parametrize("kind", [globs.whole, globs.words, globs.stars])
def test_no_pattern_takes_long(kind: object) -> None:
    """Where backtracking would take longer than the universe has been there."""
    assert callable(kind)
    started = time.perf_counter()
    assert not kind("*a" * 100 + "b")("a" * 50_000)
    assert not kind("*" * 1000 + "b")("a" * 50_000)
    assert time.perf_counter() - started < 2
