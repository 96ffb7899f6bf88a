"""Tokens: what is written is read again, and nothing else is."""

from __future__ import annotations

import pytest

from teahouse.kit.errors import Refused
from teahouse.kit.paging import PageToken, SyncToken


@pytest.mark.parametrize(
    "token", [SyncToken(0), SyncToken(7), SyncToken(7, 3), SyncToken(2**40, 2**40)]
)
def test_a_sync_token_is_read_as_it_was_written(token: SyncToken) -> None:
    assert SyncToken.parse(str(token)) == token


@pytest.mark.parametrize("token", [PageToken(0), PageToken(12), PageToken(-4)])
def test_a_page_token_is_read_as_it_was_written(token: PageToken) -> None:
    assert PageToken.parse(str(token)) == token


def test_a_sync_token_names_a_place_in_the_history_too() -> None:
    assert PageToken.parse("s9") == PageToken(9)
    assert PageToken.parse("s9_4") == PageToken(9)


@pytest.mark.parametrize(
    "text", ["", "7", "s", "t7", "s-1", "s1_", "s1_2_3", " s1", "s1\n", "s٣", "s" + "9" * 19]
)
def test_anything_else_is_no_sync_token(text: str) -> None:
    with pytest.raises(Refused) as refused:
        SyncToken.parse(text)
    assert refused.value.errcode == "M_INVALID_PARAM"


@pytest.mark.parametrize("text", ["", "t", "t1.5", "t--1", "u1", "t" + "9" * 19, "t1\n"])
def test_anything_else_is_no_page_token(text: str) -> None:
    with pytest.raises(Refused) as refused:
        PageToken.parse(text)
    assert refused.value.errcode == "M_INVALID_PARAM"
