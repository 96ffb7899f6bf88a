"""Makes docs/matrix.md: what becomes of each operation of the Matrix client-server API here.

Usage: python -m tools.matrix_table [--check]
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from teahouse.app import Teahouse
from teahouse.config import defaults

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = ROOT / "contract" / "matrix.json"
TARGET = ROOT / "docs" / "matrix.md"

HEAD = """# The Matrix client-server API, operation by operation
Made by `python -m tools.matrix_table` from the routes and [the contract](../contract/README.md)
of v1.19. A test fails when it is out of date, when an operation is neither done nor refused, and
when a refusal is not answered as it stands here.

{done} of {all} operations are done, {refused} are refused on purpose.

| Subject | Operation | Request | Here |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Refusal:
    status: int
    errcode: str
    reason: str


NO_IDENTITY_SERVER = "no identity server is ever asked"
NO_SHORT_MESSAGES = "no telephone numbers are kept, no short messages are sent"
NO_SSO = "accounts sign in here, not through another service"

REFUSED: dict[str, Refusal] = {
    "bind3PID": Refusal(400, "M_SERVER_NOT_TRUSTED", NO_IDENTITY_SERVER),
    "getAuthMetadata": Refusal(404, "M_UNRECOGNIZED", NO_SSO),
    "inviteBy3PID": Refusal(403, "M_THREEPID_DENIED", NO_IDENTITY_SERVER),
    "redirectToIdP": Refusal(404, "M_UNRECOGNIZED", NO_SSO),
    "redirectToSSO": Refusal(404, "M_UNRECOGNIZED", NO_SSO),
    "requestTokenTo3PIDMSISDN": Refusal(400, "M_THREEPID_MEDIUM_NOT_SUPPORTED", NO_SHORT_MESSAGES),
    "requestTokenToRegisterMSISDN": Refusal(403, "M_THREEPID_DENIED", NO_SHORT_MESSAGES),
    "requestTokenToResetPasswordMSISDN": Refusal(403, "M_THREEPID_DENIED", NO_SHORT_MESSAGES),
}
"""The answer to a request that is well-formed and, where one is asked for, has a valid token."""


def shape_of(method: str, path: str) -> tuple[str, str]:
    """What two spellings of one request have in common: names of parts do not matter."""
    return method, re.sub(r"\{[^}]*\}", "{}", path.strip().rstrip("/"))


def routed() -> set[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        teahouse = Teahouse(defaults(data=Path(folder), port=0))
        shapes = {shape_of(route.method, route.path) for route in teahouse.routes()}
        teahouse.database.close()
    return shapes


def operations() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CONTRACT.read_text("utf-8"))["operations"]
    return found


def missing() -> list[str]:
    """Operations that are neither done nor refused."""
    shapes = routed()
    return [
        name
        for name, operation in operations().items()
        if name not in REFUSED and shape_of(operation["method"], operation["path"]) not in shapes
    ]


def table() -> str:
    found = operations()
    rows = sorted(_rows(found, frozenset(missing())))
    head = HEAD.format(
        all=len(found), done=len(found) - len(missing()) - len(REFUSED), refused=len(REFUSED)
    )
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _rows(found: dict[str, Any], absent: frozenset[str]) -> Iterator[tuple[str, ...]]:
    for name, operation in found.items():
        subject = operation["file"].removesuffix(".yaml").replace("-", " ").replace("_", " ")
        request = f"`{operation['method']} {operation['path'].strip()}`"
        yield subject, name, request, "**missing**" if name in absent else _answer(name)


def _answer(name: str) -> str:
    refusal = REFUSED.get(name)
    if refusal is None:
        return "done"
    return f"refused, {refusal.status} `{refusal.errcode}`: {refusal.reason}"


def wrong() -> list[str]:
    """What `--check` finds."""
    found = [f"{name} is neither done nor refused" for name in missing()]
    if TARGET.read_text("utf-8") != table():
        found.append("docs/matrix.md is out of date: run python -m tools.matrix_table")
    return found


def main(arguments: list[str]) -> None:
    if "--check" in arguments:
        sys.exit("\n".join(wrong()) or 0)
    TARGET.write_text(table(), "utf-8")
    print(f"{TARGET.relative_to(ROOT)} is written")


if __name__ == "__main__":
    main(sys.argv[1:])
