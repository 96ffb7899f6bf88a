"""The contract as an OpenAPI document, for tools that make requests of one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.contract import contract, operations


def document() -> dict[str, Any]:
    paths: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for operation in operations():
        described: dict[str, Any] = {
            "operationId": operation.name,
            "parameters": _plain(operation.parameters),
            "responses": {"200": {"description": "what was asked for"}},
        }
        if operation.body is not None:
            content = {"application/json": {"schema": _plain(operation.body)}}
            described["requestBody"] = {"content": content}
        paths[operation.path][operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "Matrix client-server API", "version": "1.19"},
        "paths": dict(paths),
        "components": {"schemas": _plain(contract()["$defs"])},
    }


def _plain(value: Any) -> Any:
    """With definitions where OpenAPI has them."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: item.replace("#/$defs/", "#/components/schemas/")
        if key == "$ref" and isinstance(item, str)
        else _plain(item)
        for key, item in value.items()
    }
