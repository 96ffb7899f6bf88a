"""The operator's file of documents, read once at the start.

Source: client-server API, "Terms of service at registration"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from teahouse.protocol.identifiers import is_opaque

VERSION = "version"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Document:
    """`translations`: a name and a url by language."""

    policy: str
    version: str
    translations: Mapping[str, Mapping[str, str]]


def read_documents(path: Path) -> Sequence[Document]:
    """Errors: RuntimeError that says what is wrong with the file."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RuntimeError(f"policies: {path} can't be read: {error}") from None
    try:
        return [_document(policy, table) for policy, table in tables.items()]
    except ValueError as error:
        raise RuntimeError(f"policies: {path}: {error}") from None


def params_of(documents: Sequence[Document]) -> dict[str, Any]:
    """What clients are told for the stage."""
    return {
        "policies": {
            document.policy: {VERSION: document.version, **document.translations}
            for document in documents
        }
    }


def _document(policy: str, table: Any) -> Document:
    if not is_opaque(policy) or not isinstance(table, dict):
        raise ValueError(f"{policy} must be a table, named with 0-9 a-z A-Z - . _ ~")
    version = table.get(VERSION)
    if not isinstance(version, str) or not is_opaque(version):
        raise ValueError(f"{policy} needs a version of 0-9 a-z A-Z - . _ ~")
    languages = [name for name in table if name != VERSION]
    if not languages:
        raise ValueError(f"{policy} needs a language with a name and a url")
    return Document(
        policy, version, {one: _translation(policy, one, table[one]) for one in languages}
    )


def _translation(policy: str, language: str, given: Any) -> Mapping[str, str]:
    if _LANGUAGE.fullmatch(language) is None:
        raise ValueError(f"{policy}: {language} is not a language")
    if not isinstance(given, dict) or given.keys() != {"name", "url"}:
        raise ValueError(f"{policy}.{language} needs a name and a url")
    name, url = given["name"], given["url"]
    if not isinstance(name, str) or not isinstance(url, str):
        raise ValueError(f"{policy}.{language}: name and url must be texts")
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"{policy}.{language}: the url must begin with https:// or http://")
    return {"name": name, "url": url}
