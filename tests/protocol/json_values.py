"""Random JSON for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

MAX_INT = 2**53 - 1

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
integers = st.integers(-MAX_INT, MAX_INT)
plain = st.none() | st.booleans() | integers | texts


def objects(leaves: st.SearchStrategy[object] = plain) -> st.SearchStrategy[dict[str, object]]:
    return st.dictionaries(texts, values(leaves), max_size=6)


def values(leaves: st.SearchStrategy[object] = plain) -> st.SearchStrategy[object]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=12,
    )
