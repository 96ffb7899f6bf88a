"""What every server of one process would find out anew, found out once."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from teahouse.kit import database, migrations
from teahouse.webapp import web_app


def keep_warm(patch: pytest.MonkeyPatch) -> None:
    """Statements stay compiled, and files of the program are looked for once."""
    patch.setattr(database, "_engine", _with_one_dialect(database._engine))
    patch.setattr(migrations, "newest", functools.cache(migrations.newest))
    patch.setattr("teahouse.app.web_app", functools.cache(web_app))


def _with_one_dialect(make: Callable[[str], sa.Engine]) -> Callable[[str], sa.Engine]:
    """SQLAlchemy keeps compiled statements by engine and dialect."""
    first: dict[str, sa.Engine] = {}

    def engine(url: str) -> sa.Engine:
        made = make(url)
        known = first.setdefault(made.dialect.name, made)
        made.dialect = made.pool._dialect = known.dialect
        made._compiled_cache = known._compiled_cache
        return made

    return engine
