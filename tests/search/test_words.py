"""What a text is found by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.homeserver.search.words import MAX_TERMS, Wanted, fold, terms_of

SENTENCE = "我们明天在老茶馆见面吧"


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("A pot of Oolong, please!", "OOLONG"),
        ("Straße", "STRASSE"),
        ("Crème brûlée", "creme brulee"),
        ("ｔｅａ", "tea"),
        ("don't", "don't"),
        (SENTENCE, "茶馆"),
        (SENTENCE, "茶"),
        (SENTENCE, "老茶馆"),
        ("今日はカフェに行く", "ｶﾌｪ"),
        ("학교에서", "학교"),
        ("ร้านน้ำชา", "น้ำชา"),
        ("чай", "ЧАЙ"),
        ("tea茶tea", "茶"),
    ],
)
def test_it_is_found(text: str, term: str) -> None:
    wanted = Wanted.of(term)
    assert set(wanted.terms) <= set(terms_of(text))
    assert wanted.rank(text) is not None


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("oolong", "long"),
        (SENTENCE, "馆茶"),
        ("茶馆 老茶", "老茶馆"),
        ("green tea", "green coffee"),
        ("tea", "..."),
        ("か", "が"),
    ],
)
def test_it_is_not_found(text: str, term: str) -> None:
    assert Wanted.of(term).rank(text) is None


@given(st.text(max_size=200), st.data())
def test_a_text_is_found_by_each_part_between_its_spaces(text: str, data: st.DataObject) -> None:
    parts = [part for part in fold(text).split() if Wanted.of(part).words]
    if parts:
        wanted = Wanted.of(data.draw(st.sampled_from(parts)))
        assert wanted.rank(text) is not None
        assert set(wanted.terms) <= set(terms_of(text))


@given(st.text())
def test_what_matches_has_all_the_terms(text: str) -> None:
    wanted = Wanted.of(text)
    assert (wanted.rank(text) is not None) == bool(wanted.terms)


def test_a_long_text_has_not_too_many_terms() -> None:
    text = "".join(chr(0x4E00 + i) for i in range(5_000))
    assert len(terms_of(text)) == MAX_TERMS


def test_a_phrase_ranks_above_its_words_apart() -> None:
    wanted = Wanted.of("green tea")
    phrase, apart = wanted.rank("I like green tea"), wanted.rank("tea is green")
    assert phrase is not None
    assert apart is not None
    assert phrase > apart


def test_words_are_highlighted_as_they_are_spelled() -> None:
    assert Wanted.of("creme 茶馆").words_in("Crème im 老茶馆") == {"Crème", "茶馆"}
