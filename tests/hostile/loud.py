"""Runs the command that follows with every logger at its loudest.

Usage: python -m tests.hostile.loud PYTHON -m teahouse.cli ...
"""

from __future__ import annotations

import logging
import sys

import structlog

from teahouse import cli
from teahouse.kit import logs


def turned_up(*, to_terminal: bool) -> None:
    quiet(to_terminal=to_terminal)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET))
    logging.getLogger().setLevel(logging.DEBUG)
    for handler in logging.getLogger().handlers:
        handler.filters.clear()
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    # Statements, without their values; below that, its log has whole rows.
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)


quiet = logs.configure

if __name__ == "__main__":
    logs.configure = turned_up
    cli.main(sys.argv[4:])
