"""Checks answers under /_teahouse/ against our own contract."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

CONTRACT = Path(__file__).resolve().parent.parent / "contract" / "teahouse.openapi.yaml"
PREFIX = "/_teahouse/"


@dataclass(frozen=True)
class OwnOperation:
    name: str
    method: str
    path: str
    is_local: bool
    """Only on the socket in the data folder."""

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("([^/]*)".join(map(re.escape, re.split(r"\{[^}]+\}", self.path))))


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(CONTRACT.read_text("utf-8"))
    return found


@cache
def own_operations() -> tuple[OwnOperation, ...]:
    return tuple(
        OwnOperation(described["operationId"], method.upper(), path, "servers" in described)
        for path, item in document()["paths"].items()
        for method, described in item.items()
    )


def own_operation_of(method: str, raw_path: str) -> OwnOperation | None:
    path = raw_path.partition("?")[0]
    matching = [o for o in own_operations() if o.method == method and o.pattern.fullmatch(path)]
    return min(matching, key=lambda operation: operation.path.count("{"), default=None)


def check_own_answer(method: str, raw_path: str, status: int, body: Any) -> None:
    """AssertionError when the answer is not one that the contract describes."""
    operation = own_operation_of(method, raw_path)
    if operation is None:
        assert status == 404, f"{method} {raw_path} is not in the contract"
        return
    if not isinstance(body, dict | list):
        return
    problems = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in _validator(operation, str(status)).iter_errors(body)
    ]
    assert not problems, (operation.name, status, problems[:5])


@cache
def _validator(operation: OwnOperation, status: str) -> Draft202012Validator:
    responses = document()["paths"][operation.path][operation.method.lower()]["responses"]
    described = responses.get(status) or responses["default"]
    if "$ref" in described:
        described = document()["components"]["responses"][described["$ref"].rpartition("/")[2]]
    components = document()["components"]
    described = described["content"].get("application/json")
    # Where a page is for a person, JSON can only be a refusal.
    schema = described["schema"] if described else components["schemas"]["Refusal"]
    return Draft202012Validator({**schema, "components": components})
