"""What is read from a page, whatever it is written in."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from teahouse.homeserver.previews.page import MOST_BYTES, MOST_DEPTH, decoded, described, shallow

WORDS = "茶里有茶"


@pytest.mark.parametrize(
    ("encoded", "declared"),
    [
        (f"<title>{WORDS}".encode(), "utf-8"),
        (f"<title>{WORDS}".encode(), ""),
        (f"<title>{WORDS}".encode(), "nonsense"),
        (f"<title>{WORDS}".encode(), "unicode_escape"),
        (f"<title>{WORDS}".encode(), "zlib"),
        (f"<title>{WORDS}".encode("gbk"), "gb2312"),
        (f"<title>{WORDS}".encode("big5hkscs"), "Big5"),
        (f"<title>{WORDS}".encode("utf-16"), ""),
        (f"<title>{WORDS}".encode("utf-16-be"), "UTF-16BE"),
        (f"\ufeff<title>{WORDS}".encode(), "iso-8859-1"),
        (f"<meta charset=gbk><title>{WORDS}".encode("gbk"), ""),
        (
            b"<meta http-equiv=Content-Type content='text/html; charset=GB18030'>"
            + f"<title>{WORDS}".encode("gb18030"),
            "",
        ),
    ],
)
def test_a_page_is_read_in_its_own_charset(encoded: bytes, declared: str) -> None:
    assert described(LexborHTMLParser(decoded(encoded, declared))) == {"og:title": WORDS}


def test_a_page_that_lies_about_its_charset_is_read_somehow() -> None:
    assert "caf" in decoded("<title>café".encode(), "shift_jis")
    assert decoded("<title>café".encode("latin-1"), "") == "<title>café"
    assert decoded("茶".encode()[:2], "") != ""


def test_a_page_that_was_cut_within_a_character_is_read() -> None:
    cut = ("x" * (MOST_BYTES - 10) + WORDS).encode()[:MOST_BYTES]
    assert decoded(cut, "").endswith("x" + WORDS[:3])


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("<div>" * 200, "<div>" * MOST_DEPTH),
        ("<p>" * 500, "<p>" * 500),
        ("<div></div>" * 500, "<div></div>" * 500),
        ("</b>" * 500 + "<div>" * 200, "</b>" * 500 + "<div>" * MOST_DEPTH),
        ("<title>T</title><!-- <div> never ended " + "<div>" * 200, "<title>T</title>"),
        ("<script>" + "<div>" * 200 + "</script>x", None),
        ("<SCRIPT>" + "<div>" * 200 + "</Script>x", None),
        ("<!--" + "<div>" * 200 + "-->x", None),
        ("İ" * 10 + "<DIV>" * 200, "İ" * 10 + "<DIV>" * MOST_DEPTH),
    ],
)
def test_a_page_is_read_as_far_as_it_is_not_too_deep(page: str, kept: str | None) -> None:
    assert shallow(page) == (page if kept is None else kept)


def test_words_are_short_and_of_one_line() -> None:
    page = "<title>" + "a\x00\x1b\u202e\n b" * 200 + "</title>"
    title = described(LexborHTMLParser(page))["og:title"]
    assert len(title) == 300
    assert title.isprintable()
    long = f'<meta property="og:image" content="{"x" * 3_000}">'
    assert described(LexborHTMLParser(long)) == {}
