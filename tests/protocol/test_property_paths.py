"""Dot-separated property paths."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.protocol.property_paths import ABSENT, look_up, parse_path, select


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("type", ("type",)),
        ("content.body", ("content", "body")),
        # The examples of the appendix.
        (r"content.m\.relates_to", ("content", "m.relates_to")),
        (r"content.m\\foo", ("content", "m\\foo")),
        (r"content.m\\.foo", ("content", "m\\", "foo")),
        (r"a\x.b", ("a\\x", "b")),
        ("a\\", ("a\\",)),
        ("a.b\\", ("a", "b\\")),
        ("", ("",)),
        (".", ("", "")),
        ("a..b", ("a", "", "b")),
        ("a\n.b", ("a\n", "b")),
    ],
)
def test_a_path_is_its_properties(text: str, path: tuple[str, ...]) -> None:
    assert parse_path(text) == path


@given(st.lists(st.text(alphabet="ab.\\x\n茶"), min_size=1))
def test_escaped_names_come_back(names: list[str]) -> None:
    text = ".".join(name.replace("\\", "\\\\").replace(".", "\\.") for name in names)
    assert parse_path(text) == tuple(names)


EVENT: dict[str, Any] = {
    "type": "m.room.message",
    "content": {"body": None, "m.relates_to": {"rel_type": "m.thread"}, "list": [{"a": 1}]},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("type",), "m.room.message"),
        (("content", "body"), None),
        (("content", "m.relates_to", "rel_type"), "m.thread"),
        (("content", "list"), [{"a": 1}]),
        (("content", "list", "0"), ABSENT),
        (("content", "missing"), ABSENT),
        (("type", "body"), ABSENT),
        (("content", "body", "x"), ABSENT),
    ],
)
def test_looking_up_a_property(path: tuple[str, ...], value: Any) -> None:
    found = look_up(EVENT, path)
    assert found is value or found == value


def test_selecting_properties() -> None:
    paths = [("type",), ("content", "m.relates_to", "rel_type"), ("content", "body"), ("sender",)]
    assert select(EVENT, paths) == {
        "type": "m.room.message",
        "content": {"body": None, "m.relates_to": {"rel_type": "m.thread"}},
    }
    assert select(EVENT, []) == {}
    both = select(EVENT, [("content",), ("content", "body")])
    assert both == {"content": EVENT["content"]}


def test_selecting_changes_nothing() -> None:
    before = repr(EVENT)
    selected = select(EVENT, [("content", "m.relates_to"), ("content", "m.relates_to", "rel_type")])
    assert selected == {"content": {"m.relates_to": {"rel_type": "m.thread"}}}
    assert repr(EVENT) == before
