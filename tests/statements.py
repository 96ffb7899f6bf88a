"""What a piece of work asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from teahouse.kit import prepared


@contextmanager
def heard(engine: sa.Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are run meanwhile, with their parameters."""
    found: list[tuple[str, Any]] = []
    call = prepared.Compiled.call

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    def note_prepared(compiled: prepared.Compiled, values: Any) -> tuple[str, Any]:
        found.append(call(compiled, values))
        return found[-1]

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        with patch.object(prepared.Compiled, "call", note_prepared):
            yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements alone; they are there when the context ends."""
    statements: list[str] = []
    with heard(engine) as found:
        yield statements
        statements += [statement for statement, _parameters in found]
