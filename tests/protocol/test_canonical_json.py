"""Canonical JSON: the examples of the appendix, each refusal, and an independent library."""

from __future__ import annotations

import json
from typing import Any

import canonicaljson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.protocol.canonical_json import MAX_INT, BadJson, NotJson, check, decode, encode
from tests.protocol.json_values import values

EXAMPLES = [
    ("{}", "{}"),
    ('{"one": 1, "two": "Two"}', '{"one":1,"two":"Two"}'),
    ('{"b": "2", "a": "1"}', '{"a":"1","b":"2"}'),
    ('{"b":"2","a":"1"}', '{"a":"1","b":"2"}'),
    (
        """{
            "auth": {
                "success": true,
                "mxid": "@john.doe:example.com",
                "profile": {
                    "display_name": "John Doe",
                    "three_pids": [
                        {"medium": "email", "address": "john.doe@example.org"},
                        {"medium": "msisdn", "address": "123456789"}
                    ]
                }
            }
        }""",
        '{"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe",'
        '"three_pids":[{"address":"john.doe@example.org","medium":"email"},'
        '{"address":"123456789","medium":"msisdn"}]},"success":true}}',
    ),
    ('{"a": "日本語"}', '{"a":"日本語"}'),
    ('{"本": 2, "日": 1}', '{"日":1,"本":2}'),
    ('{"a": "\\u65E5"}', '{"a":"日"}'),
    ('{"a": null}', '{"a":null}'),
    ('{"a": -0, "b": 1e10}', '{"a":0,"b":10000000000}'),
]


@pytest.mark.parametrize(("given_json", "canonical"), EXAMPLES)
def test_the_examples_of_the_appendix(given_json: str, canonical: str) -> None:
    assert encode(decode(given_json.encode())) == canonical.encode()


def test_an_exponent_makes_no_float() -> None:
    assert decode(b"[9007199254740991e0,-9007199254740991E+0,12e2,1e10]") == [
        9007199254740991,
        -9007199254740991,
        1200,
        10000000000,
    ]


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth - 1):
        value = {"a": value}
    return value


REFUSED_VALUES: list[tuple[str, Any]] = [
    ("a float", {"a": 1.5}),
    ("a float that is whole", {"a": 1.0}),
    ("a float in a list in an object", {"a": [{"b": [0.1]}]}),
    ("a large integer", {"a": MAX_INT + 1}),
    ("a small integer", [-MAX_INT - 1]),
    ("a huge integer", 2**70),
    ("a key that is no string", {1: "a"}),
    ("a key that is null", {"a": {None: 1}}),
    ("nesting", nested(101)),
    ("a lone surrogate", {"a": "\ud800"}),
    ("a lone surrogate in a key", {"\udfff": 1}),
    ("not a number", {"a": float("nan")}),
    ("infinity", {"a": float("inf")}),
    ("bytes", {"a": b"a"}),
    ("a tuple", {"a": (1, 2)}),
    ("a set", {1}),
]


@pytest.mark.parametrize(("what", "value"), REFUSED_VALUES, ids=[w for w, _ in REFUSED_VALUES])
def test_refuses_to_encode(what: str, value: Any) -> None:
    with pytest.raises(BadJson):
        encode(value)
    with pytest.raises(BadJson):
        check(value)


@pytest.mark.parametrize(
    "value", [MAX_INT, -MAX_INT, 0, True, None, "", nested(100), {"\U0010ffff": "\x00"}]
)
def test_encodes_what_is_just_within_the_limits(value: Any) -> None:
    check(value)
    assert json.loads(encode(value)) == value


LAX = [
    ({"a": 1.5}, b'{"a":1.5}'),
    ({"a": 2**53}, b'{"a":9007199254740992}'),
    ({"a": 2**100, "b": "日"}, b'{"a":1267650600228229401496703205376,"b":"\xe6\x97\xa5"}'),
    ({"b": 1.0, "a": -(2**63)}, b'{"a":-9223372036854775808,"b":1.0}'),
]


@pytest.mark.parametrize(("value", "encoded"), LAX)
def test_rooms_with_lax_json_take_other_numbers(value: Any, encoded: bytes) -> None:
    check(value, strict=False)
    assert encode(value, strict=False) == encoded
    assert decode(encoded, strict=False) == value
    with pytest.raises(BadJson):
        decode(encoded)


@pytest.mark.parametrize(
    "value",
    [{"a": float("nan")}, {"a": -float("inf")}, nested(101), {1: 2}, "\ud800", [1.5, "\ud800"]],
)
def test_lax_json_is_json_still(value: Any) -> None:
    with pytest.raises(BadJson):
        check(value, strict=False)
    with pytest.raises(BadJson):
        encode(value, strict=False)


NOT_JSON = [
    b"",
    b"{",
    b"{'a':1}",
    b'{"a":1}}',
    b'{"a":1} {"b":2}',
    b'{"a":1,}',
    b'{"a":01}',
    b'{"a":+1}',
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":1e400}',
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b'"a\nb"',
    b"\xef\xbb\xbf{}",
    '{"a":1}'.encode("utf-16"),
]


@pytest.mark.parametrize("raw", NOT_JSON)
@pytest.mark.parametrize("strict", [True, False])
def test_is_not_json(raw: bytes, strict: bool) -> None:
    with pytest.raises(NotJson):
        decode(raw, strict=strict)


BAD_JSON = [
    b'{"a":1.0}',
    b'{"a":1.5e1}',
    b'{"a":1e-1}',
    b'{"a":1e16}',
    b'{"a":9007199254740992}',
    b'{"a":-9007199254740992}',
    b'{"a":100000000000000000000}',
]


@pytest.mark.parametrize("raw", BAD_JSON)
def test_is_json_but_not_canonical(raw: bytes) -> None:
    with pytest.raises(BadJson) as refusal:
        decode(raw)
    assert not isinstance(refusal.value, NotJson)
    assert decode(raw, strict=False) == json.loads(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'[{"b":{"a":1, "a":2}}]',
        b'{ "a": {}, "b": 1, "a": [] }',
        b"[" * 101 + b"]" * 101,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 101 + b"1" + b"}" * 101,
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_neither_duplicate_keys_nor_depth_are_ever_taken(raw: bytes, strict: bool) -> None:
    with pytest.raises(BadJson) as refusal:
        decode(raw, strict=strict)
    assert not isinstance(refusal.value, NotJson)


def test_integers_of_any_size_keep_their_value_where_they_are_taken() -> None:
    assert decode(b'{"a":100000000000000000001}', strict=False) == {"a": 100000000000000000001}


@given(values())
def test_agrees_with_the_canonicaljson_library(value: object) -> None:
    assert encode(value) == canonicaljson.encode_canonical_json(value)


@given(values(st.floats(allow_nan=False, allow_infinity=False) | st.integers()))
def test_agrees_with_the_canonicaljson_library_on_other_numbers(value: object) -> None:
    assert encode(value, strict=False) == canonicaljson.encode_canonical_json(value)


@given(values())
def test_what_is_encoded_is_decoded(value: object) -> None:
    check(value)
    encoded = encode(value)
    assert decode(encoded) == value
    assert encode(decode(encoded)) == encoded


@given(values(), st.booleans(), st.sampled_from([None, 2]))
def test_how_json_is_written_makes_no_difference(
    value: object, ascii_only: bool, indent: int | None
) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert encode(decode(raw)) == encode(value)


@given(st.binary(max_size=40))
def test_arbitrary_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        value = decode(raw)
    except BadJson:
        return
    check(value)
