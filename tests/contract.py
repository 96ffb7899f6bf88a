"""Checks every answer that a test gets against the specification's schemas."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.own_contract import PREFIX, check_own_answer

NULLS = ("getJoinedMembersByRoom",)
"""Operations whose answers say null where a value is not set, since clients look for the keys."""

DELAYED = "org.matrix.msc4140.delay="
"""Makes another operation of the specification's, with another answer."""

CONTRACT = Path(__file__).resolve().parent.parent / "contract" / "matrix.json"


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    takes_token: bool
    needs_token: bool
    deprecated: bool
    body: Any
    parameters: list[Any]
    responses: dict[str, Any]

    @property
    def path_names(self) -> list[str]:
        return re.findall(r"\{([^}]+)\}", self.path)

    @property
    def pattern(self) -> re.Pattern[str]:
        parts = re.split(r"\{[^}]+\}", self.path.strip())
        return re.compile("([^/]*)".join(map(re.escape, parts)))


@cache
def contract() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CONTRACT.read_text("utf-8"))
    return found


@cache
def operations() -> tuple[Operation, ...]:
    return tuple(
        Operation(
            name,
            found["method"],
            found["path"],
            found["takes_token"],
            found["needs_token"],
            found["deprecated"],
            found["body"],
            found["parameters"],
            found["responses"],
        )
        for name, found in contract()["operations"].items()
    )


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Operation], ...]:
    """The most literal paths first: `/rooms/{id}/state` before `/rooms/{id}/{other}`."""
    ordered = sorted(operations(), key=lambda operation: operation.path.count("{"))
    return tuple((operation.pattern, operation) for operation in ordered)


def operation_of(method: str, raw_path: str) -> Operation | None:
    """The operation that a request is for; None when the specification has none."""
    path, _, query = raw_path.partition("?")
    if DELAYED in query:
        return None
    path = path.rstrip("/")
    for pattern, operation in _patterns():
        if operation.method == method and pattern.fullmatch(path):
            return operation
    return None


@cache
def _validator(name: str, status: str) -> Draft202012Validator | None:
    schema = contract()["operations"][name]["responses"].get(status)
    if schema is None:
        return None
    return Draft202012Validator({**schema, "$defs": contract()["$defs"]})


def check_answer(method: str, raw_path: str, status: int, body: Any) -> None:
    """AssertionError when the answer is not one that the specification describes."""
    if raw_path.startswith(PREFIX):
        check_own_answer(method, raw_path, status, body)
        return
    operation = operation_of(method, raw_path)
    is_page = "/fallback/web" in raw_path and isinstance(body, bytes)
    if status >= 400 and not _asks_for_more(status, body) and not is_page:
        assert_error(body)
    if operation is None or (status == 401 and not _asks_for_more(status, body)):
        return
    validator = _validator(operation.name, str(status))
    if validator is None or not isinstance(body, dict | list):
        return
    problems = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in validator.iter_errors(_described(operation.name, body))
        if not (operation.name in NULLS and error.instance is None)
    ]
    assert not problems, (operation.name, status, problems[:5])


def _described(name: str, body: Any) -> Any:
    """Without what the schema of /events forgets: typing, receipts, presence and account data,
    which that operation tells of, have no event_id."""
    if name != "getEvents" or "chunk" not in body:
        return body
    return {**body, "chunk": [event for event in body["chunk"] if "event_id" in event]}


def _asks_for_more(status: int, body: Any) -> bool:
    """User-interactive authentication answers 401 with what is still to be done."""
    return status == 401 and isinstance(body, dict) and "flows" in body


def assert_error(body: Any) -> None:
    assert isinstance(body, dict), body
    assert isinstance(body.get("errcode"), str), body
    assert isinstance(body.get("error"), str), body
