"""Makes contract/matrix.json from the OpenAPI definitions of the Matrix specification.

Usage: python -m tools.matrix_contract FOLDER
FOLDER is data/ of the repository matrix-org/matrix-spec.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).resolve().parent.parent / "contract" / "matrix.json"
METHODS = ("get", "put", "post", "delete")
PROSE = frozenset({"description", "example", "examples", "summary", "title", "externalDocs"})


class Contract:
    """Operations with their schemas; a referenced file becomes one entry of `$defs`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.definitions: dict[str, Any] = {}
        self.operations: dict[str, Any] = {}

    def add_file(self, path: Path) -> None:
        document = yaml.safe_load(path.read_text("utf-8"))
        base = document["servers"][0]["variables"]["basePath"]["default"]
        for template, item in document["paths"].items():
            for method in METHODS:
                if method in item:
                    shared = item.get("parameters", [])
                    self._add_operation(path, base + template, method, item[method], shared)

    def _add_operation(
        self, path: Path, full: str, method: str, operation: Any, shared: list[Any]
    ) -> None:
        responses = {
            str(status): self._json_schema(path, response)
            for status, response in operation["responses"].items()
        }
        self.operations[operation["operationId"]] = {
            "method": method.upper(),
            "path": full,
            "file": path.name,
            "deprecated": operation.get("deprecated", False),
            "takes_token": any("accessTokenBearer" in s for s in operation.get("security", [])),
            "needs_token": _needs_token(operation.get("security", [])),
            "parameters": [
                self._parameter(path, parameter)
                for parameter in (*shared, *operation.get("parameters", []))
            ],
            "body": self._json_schema(path, operation.get("requestBody", {})),
            "responses": responses,
        }

    def _parameter(self, path: Path, described: Any) -> Any:
        if "$ref" in described:
            return self._parameter(*_follow(path, described["$ref"]))
        return {
            "in": described["in"],
            "name": described["name"],
            "required": described.get("required", False),
            "schema": self._plain(path, described.get("schema", {"type": "string"})),
        }

    def _json_schema(self, path: Path, described: Any) -> Any:
        if "$ref" in described:
            return self._json_schema(*_follow(path, described["$ref"]))
        schema = described.get("content", {}).get("application/json", {}).get("schema")
        return None if schema is None else self._plain(path, schema)

    def _plain(self, path: Path, value: Any) -> Any:
        """Without prose, and with references to `$defs`."""
        if isinstance(value, list):
            return [self._plain(path, item) for item in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("$ref"), str):
            return {"$ref": self._define(path, value["$ref"])}
        return {
            key: {name: self._plain(path, schema) for name, schema in item.items()}
            if key == "properties"
            else self._plain(path, item)
            for key, item in value.items()
            if key not in PROSE and not key.startswith("x-")
        }

    def _define(self, path: Path, reference: str) -> str:
        target, described = _follow(path, reference)
        pointer = reference.partition("#")[2].replace("/", ".")
        key = str(target.relative_to(self._folder)).replace("/", ".") + pointer
        if key not in self.definitions:
            self.definitions[key] = {}
            self.definitions[key] = self._plain(target, described)
        return f"#/$defs/{key}"


def _needs_token(security: list[dict[str, Any]]) -> bool:
    """Of an account or of an application service; one way without any makes it optional."""
    return bool(security) and all(any("ccessToken" in way for way in ways) for ways in security)


@cache
def _loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def _follow(path: Path, reference: str) -> tuple[Path, Any]:
    """The file and the part of it that `reference`, found in `path`, leads to."""
    name, _, pointer = reference.partition("#")
    target = (path.parent / name).resolve() if name else path
    found = _loaded(target)
    for part in filter(None, pointer.split("/")):
        found = found[part]
    return target, found


def main(folder: str) -> None:
    data = Path(folder).resolve()
    contract = Contract(data)
    for path in sorted((data / "api/client-server").glob("*.yaml")):
        contract.add_file(path)
    made = {
        "source": "Matrix specification v1.19, data/api/client-server, Apache-2.0",
        "operations": dict(sorted(contract.operations.items())),
        "$defs": dict(sorted(contract.definitions.items())),
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(
        json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8"
    )
    print(f"{len(contract.operations)} operations, {len(contract.definitions)} definitions")


if __name__ == "__main__":
    main(sys.argv[1])
