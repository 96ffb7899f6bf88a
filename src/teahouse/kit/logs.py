"""Logs: one JSON line an entry, with no content, no names of people, no secrets."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

LINES_A_MINUTE = 10
"""Of one library and level: what strangers can bring about is not written without an end."""


def configure(*, to_terminal: bool) -> None:
    renderer = (
        structlog.dev.ConsoleRenderer() if to_terminal else structlog.processors.JSONRenderer()
    )
    shared: list[structlog.types.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    of_libraries = logging.StreamHandler(sys.stderr)
    of_libraries.addFilter(Seldom())
    of_libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name, _add_what_is_known],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries])
    logging.captureWarnings(True)


class Seldom(logging.Filter):
    """Lets a few lines a minute pass; the next one says how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._minutes: dict[tuple[str, int], tuple[float, int]] = {}
        """Of each library and level: when the minute began, and how many lines it had."""

    def filter(self, record: logging.LogRecord) -> bool:
        key = record.name, record.levelno
        began, count = self._minutes.get(key, (record.created, 0))
        if not 0 <= record.created - began < 60:
            record.left_out = max(0, count - LINES_A_MINUTE)
            began, count = record.created, 0
        self._minutes[key] = began, count + 1
        return count < LINES_A_MINUTE


def _add_what_is_known(
    _logger: Any, _method: str, said: structlog.types.EventDict
) -> structlog.types.EventDict:
    """How many lines were left out before; of an error no text."""
    if left_out := getattr(said["_record"], "left_out", 0):
        said["left_out"] = left_out
    _, error, _ = said.pop("exc_info", None) or (None, None, None)
    if error is not None:
        said["kind"], said["trace"] = kind_of(error), trace_of(error)
    return said


def kind_of(error: BaseException) -> str:
    """What it is, in the database's word if it has one: the text may carry what people wrote."""
    cause = getattr(error, "orig", None) or error
    return getattr(cause, "sqlite_errorname", None) or type(cause).__name__


def trace_of(error: BaseException) -> list[str]:
    """Where it happened, without any values."""
    frames, traceback = [], error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames[-8:]
