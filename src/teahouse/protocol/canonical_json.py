"""Canonical JSON: appendices, "Canonical JSON".

Strict (events of room versions 6 and later, everything that is signed): no floats, integers
within +-(2^53-1). Lax (older rooms, and JSON that is no event): any finite number.
Neither takes nesting deeper than 100, keys that are no strings, or lone surrogates.
"""

from __future__ import annotations

import json
import math
from enum import IntEnum
from typing import Any

import orjson

from teahouse.protocol.errors import ProtocolError

MAX_DEPTH = 100
MAX_INT = 2**53 - 1
_INT64 = 2**63 - 1


class BadJson(ProtocolError):
    pass


class NotJson(BadJson):
    """Not even JSON."""


class _Numbers(IntEnum):
    CANONICAL = 0
    WIDE = 1  # integers beyond 53 bits, within 64
    UNUSUAL = 2  # floats and larger integers, which orjson reads or writes its own way


def encode(value: object, *, strict: bool = True) -> bytes:
    """The canonical bytes of `value`; BadJson when it has none."""
    numbers = _survey(value, check_text=False)
    _allow(numbers, strict)
    try:
        if numbers is not _Numbers.UNUSUAL:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        # The function of the appendix itself.
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.encode()
    except (TypeError, UnicodeEncodeError):
        raise BadJson("A string has a lone surrogate") from None


def check(value: object, *, strict: bool = True) -> None:
    """BadJson when `encode` would refuse `value`."""
    _allow(_survey(value, check_text=True), strict)


def decode(raw: bytes, *, strict: bool = True) -> Any:
    """Parse one JSON document; a duplicate key is refused, since readers would differ on it."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if "depth limit" in str(error):
            raise _too_deep() from None
        raise NotJson(f"Not valid JSON: {error}") from None
    numbers = _survey(value, check_text=False)
    # What comes out again as it went in has no duplicate keys: the usual, compact document.
    if orjson.dumps(value) != raw:
        value = json.loads(raw.decode(), object_pairs_hook=_distinct, parse_float=_float)
        numbers = _survey(value, check_text=False)
    _allow(numbers, strict)
    return value


def _allow(numbers: _Numbers, strict: bool) -> None:
    if strict and numbers is not _Numbers.CANONICAL:
        raise BadJson("A number is not an integer within +-(2^53-1)")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadJson("An object has the same key twice")
    return members


def _float(literal: str) -> int | float:
    """`1e10` is an integer, as in the appendix; `1.0` is not."""
    value = float(literal)
    if "." not in literal and value.is_integer() and abs(value) <= MAX_INT:
        return int(value)
    return value


def _survey(value: object, *, check_text: bool) -> _Numbers:
    """Go through `value` level by level, refuse what is never JSON, and say what numbers it has."""
    numbers = _Numbers.CANONICAL
    level: list[Any] = [(value,)]
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for container in level:
            if type(container) is dict:
                for key in container:
                    if type(key) is not str:
                        raise BadJson("A key is not a string")
                    if check_text and not key.isascii():
                        _check_text(key)
                container = container.values()
            for item in container:
                kind = type(item)
                if kind is str:
                    if check_text and not item.isascii():
                        _check_text(item)
                elif kind is dict or kind is list:
                    below.append(item)
                elif kind is int:
                    if not -MAX_INT <= item <= MAX_INT:
                        numbers = max(numbers, _wide(item))
                elif kind is float:
                    numbers = _finite(item)
                elif kind is not bool and item is not None:
                    raise BadJson("A value is not of a JSON type")
        if not below:
            return numbers
        level = below
    raise _too_deep()


def _too_deep() -> BadJson:
    return BadJson(f"Nested deeper than {MAX_DEPTH}")


def _wide(number: int) -> _Numbers:
    return _Numbers.WIDE if -_INT64 <= number <= _INT64 else _Numbers.UNUSUAL


def _finite(number: float) -> _Numbers:
    if not math.isfinite(number):
        raise BadJson("A number is not finite")
    return _Numbers.UNUSUAL


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadJson("A string has a lone surrogate") from None
