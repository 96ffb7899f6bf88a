"""The import rule: app -> features -> homeserver -> kit -> protocol, never back.

Packages of the homeserver and features meet through each other's service functions: `store`,
`..._store` and `tables` belong to their package alone.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"
LAYERS = ("protocol", "kit", "homeserver", "features")
"""Lowest first; what is in none of them (app, cli, serve, ...) stands on top."""
OWN = {"store", "tables"}
VALUES = {"config": "kit", "__version__": "protocol"}
"""Values without behaviour, which lower layers may name."""


def main() -> None:
    wrong = [breach for path in sorted(SOURCE.rglob("*.py")) for breach in breaches(path)]
    print("\n".join(wrong) if wrong else "imports go one way")
    sys.exit(1 if wrong else 0)


def breaches(path: Path, source: Path = SOURCE) -> Iterator[str]:
    importer = _module(path, source)
    is_package = path.name == "__init__.py"
    for line, imported in imports(path.read_text("utf-8"), importer, is_package=is_package):
        reason = breach(importer, imported)
        if reason is not None:
            yield f"{path.relative_to(source)}:{line}: {importer} imports {imported}: {reason}"


def breach(importer: str, imported: str) -> str | None:
    """Why `importer` may not import `imported`, both dotted names; None when it may."""
    if not imported.startswith("teahouse."):
        return None
    if layer_of(imported) > layer_of(importer):
        return "imports never go back up"
    theirs = package_of(imported)
    if theirs is None or theirs == package_of(importer):
        return None
    own = [part for part in imported.split(".")[3:] if is_own(part)]
    if own and layer_of(importer) < len(LAYERS):
        return f"{own[0]} belongs to {theirs} alone"
    return None


def is_own(module: str) -> bool:
    return module in OWN or module.endswith("_store")


def imports(text: str, importer: str, *, is_package: bool = False) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that is imported, in functions too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, importer, is_package)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def layer_of(module: str) -> int:
    parts = module.split(".")
    name = parts[1] if len(parts) > 1 else ""
    name = VALUES.get(name, name)
    return LAYERS.index(name) if name in LAYERS else len(LAYERS)


def package_of(module: str) -> str | None:
    """`homeserver.rooms` of `teahouse.homeserver.rooms.store`."""
    parts = module.split(".")
    if len(parts) > 2 and parts[1] in ("homeserver", "features"):
        return ".".join(parts[1:3])
    return None


def _base(node: ast.ImportFrom, importer: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = importer.split(".")
    above = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*above, node.module] if node.module else above)


def _module(path: Path, source: Path) -> str:
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


if __name__ == "__main__":
    main()
