from __future__ import annotations

import json

import pytest

from bench.message import CONTENT_BYTES, KINDS, MessageKind, Number, number_in


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("seq", [0, 123_456])
def test_a_message_has_its_size_and_its_number(kind: MessageKind, seq: int) -> None:
    number = Number("a1b2c3", 9, seq)
    content = kind.content(number)
    assert len(content) == CONTENT_BYTES
    assert isinstance(json.loads(content), dict)
    assert number_in(content) == number


def test_the_number_is_found_however_the_server_writes_the_json() -> None:
    number = Number("run", 0, 7)
    content = json.loads(KINDS["megolm"].content(number))
    spaced = json.dumps(dict(reversed(content.items())), indent=2).encode()
    assert number_in(spaced) == number


@pytest.mark.parametrize("content", [b"{}", b'{"body":"~"}', b'{"body":"~ 1.2 ~"}'])
def test_other_content_has_no_number(content: bytes) -> None:
    assert number_in(content) is None
