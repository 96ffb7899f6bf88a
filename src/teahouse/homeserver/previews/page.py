"""A program for kit.confined: reads a page from stdin, writes what it says of itself as JSON.

It can import nothing of the server. Usage: page.py CHARSET, by the word of whoever sent the page;
empty when they said nothing. The answer's keys are names of OpenGraph, and `base` for what relative
addresses are relative to.
"""

from __future__ import annotations

import json
import re
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

MOST_BYTES = 1 << 20
MOST_DEPTH = 100
MOST_NODES = 1_000
"""Of one kind."""
MOST_CHARS = {"og:title": 300, "og:description": 1_000, "og:image": 2_000, "og:url": 2_000}
MOST_OTHER_CHARS = 200

SHOWN = ("og:title", "og:description", "og:site_name", "og:type", "og:url", "og:locale")
PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
INSTEAD = {
    "og:title": ("twitter:title",),
    "og:description": ("twitter:description", "description"),
    "og:site_name": ("application-name",),
}

# Source: WHATWG Encoding Standard: what pages call by one name is read by another.
CHARSETS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "utf8": "utf-8",
    "iso-8859-9": "cp1254",
}
KNOWN = re.compile(
    r"utf-8|utf-16(le|be)?|gb18030|big5hkscs|euc-jp|iso-2022-jp|koi8-[ru]|mac-roman"
    r"|cp(932|949|874|125[0-8])|windows-125[0-8]|iso-8859-([2-8]|1[013-6])"
)
BYTE_ORDER = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
DECLARED = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.I)
DECLARED_WITHIN = 4_096

TAG = re.compile(r"<(?:!--|(/?)([a-z][a-z0-9:-]*))")
LOWER = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
NEVER_DEEP = frozenset(
    [
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
        *("track", "wbr", "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th"),
        *("thead", "tbody", "tfoot", "colgroup", "rt", "rp"),
    ]
)
"""Without an end, or ended by what follows."""
RAW = frozenset(["script", "style", "title", "textarea", "iframe", "noframes", "xmp", "noembed"])
"""Tags in them are text."""


def main(declared: str) -> int:
    from selectolax.lexbor import LexborHTMLParser

    page = sys.stdin.buffer.read(MOST_BYTES)
    found = described(LexborHTMLParser(shallow(decoded(page, declared))))
    sys.stdout.write(json.dumps(found))
    return 0


def decoded(page: bytes, declared: str) -> str:
    """By its byte order mark, by the word of who sent it, by its own word, or by its looks."""
    for mark, charset in BYTE_ORDER:
        if page.startswith(mark):
            return page[len(mark) :].decode(charset, "replace")
    own = DECLARED.search(page[:DECLARED_WITHIN])
    for name in (declared, own[1].decode() if own else ""):
        charset = CHARSETS.get(name.strip().lower(), name.strip().lower())
        if KNOWN.fullmatch(charset):
            return page.decode(charset, "replace")
    try:
        is_whole = len(page) < MOST_BYTES
        return getincrementaldecoder("utf-8")().decode(page, is_whole)
    except UnicodeDecodeError:
        return page.decode("cp1252", "replace")


def shallow(page: str) -> str:
    """The page up to where it gets too deep: parsers take the square of the depth."""
    # Only ASCII's: others may change the length.
    lowered = page.translate(LOWER)
    opened: list[str] = []
    at = 0
    while tag := TAG.search(lowered, at):
        at = tag.end()
        name = tag[2]
        if name is None:
            at = page.find("-->", at)
            if at < 0:
                return page[: tag.start()]
        elif tag[1]:
            if name in opened:
                while opened.pop() != name:
                    pass
        elif name in RAW:
            at = lowered.find(f"</{name}", at)
            if at < 0:
                return page
        elif name not in NEVER_DEEP:
            opened.append(name)
            if len(opened) > MOST_DEPTH:
                return page[: tag.start()]
    return page


def described(page: LexborHTMLParser) -> dict[str, str]:
    said = dict(reversed(list(_said(page))))
    found = {}
    for name in SHOWN:
        for key in (name, *INSTEAD.get(name, ())):
            if key in said:
                found[name] = said[key]
                break
    if "og:title" not in found:
        found |= _text(page, "og:title", "title") or _text(page, "og:title", "h1")
    picture = next((said[name] for name in PICTURES if name in said), None)
    if picture is not None:
        found["og:image"] = picture
    for node in page.css("base[href]")[:1]:
        found["base"] = (node.attributes.get("href") or "").strip()
    shortened = {name: _short(name, value) for name, value in found.items()}
    return {name: value for name, value in shortened.items() if value}


def _said(page: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for node in page.css("meta[content]")[:MOST_NODES]:
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or ""
        value = _plain(attributes.get("content") or "")
        if value:
            yield name.strip().lower(), value


def _text(page: LexborHTMLParser, name: str, selector: str) -> dict[str, str]:
    for node in page.css(selector)[:1]:
        if value := _plain(node.text(deep=True)[: 10 * MOST_CHARS[name]]):
            return {name: value}
    return {}


def _plain(value: str) -> str:
    """One line, of what can be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def _short(name: str, value: str) -> str:
    most = MOST_CHARS.get(name, MOST_OTHER_CHARS)
    if len(value) <= most:
        return value
    return "" if name in ("og:image", "og:url") else value[: most - 1] + "…"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
