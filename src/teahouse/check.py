"""`teahouse admin check`: whether what is stored is whole."""

from __future__ import annotations

from collections.abc import Iterator

from teahouse.homeserver.rooms import check as rooms_check
from teahouse.kit.database import ReadTx
from teahouse.kit.log import check as log_check

CHECKS = (log_check.problems, rooms_check.problems)


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong; nothing when all is well."""
    for check in CHECKS:
        yield from check(tx)
