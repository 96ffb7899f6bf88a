"""Runs a program apart: what it may spend, how many at once, how many may wait."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from teahouse.kit.errors import limit_exceeded

BOOTSTRAP = Path(__file__).parent / "limits.py"
TOO_MUCH = 3
"""Exit code of a program that was given more than it may take."""


class Overrun(Exception):
    """The program reached one of its limits."""


class Failed(Exception):
    """The program ended by itself, with another code than 0 or without a result."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Limits:
    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    output_bytes: int
    at_once: int = 2
    waiting: int = 32


class Confined:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._running = asyncio.Semaphore(limits.at_once)
        self._waiting = 0

    async def run(self, program: Path, source: IO[bytes], *arguments: str) -> bytes:
        """What the program writes to its stdout; `source`, a real file, is its stdin.

        Errors: Overrun, Failed; M_LIMIT_EXCEEDED when many wait.
        """
        if self._waiting >= self._limits.waiting:
            raise limit_exceeded(1000)
        self._waiting += 1
        try:
            async with self._running:
                return await self._run(program, source, arguments)
        finally:
            self._waiting -= 1

    async def _run(self, program: Path, source: IO[bytes], arguments: tuple[str, ...]) -> bytes:
        limits = self._limits
        spending = (limits.memory_bytes, limits.cpu_seconds, limits.output_bytes)
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(BOOTSTRAP)),
            *map(str, spending),
            *(str(program), *arguments),
            stdin=source,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        try:
            async with asyncio.timeout(limits.wall_seconds):
                assert child.stdout is not None
                result = await _read_at_most(child.stdout, limits.output_bytes)
                code = await child.wait()
        except (TimeoutError, OverflowError):
            raise Overrun from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        # A signal ended it when it reached a limit.
        if code == TOO_MUCH or code < 0:
            raise Overrun
        if code != 0 or not result:
            raise Failed(code)
        return result


def as_file(content: bytes) -> IO[bytes]:
    """A source without a name. Writes to the disk."""
    file = TemporaryFile()  # noqa: SIM115 (the caller closes it)
    file.write(content)
    file.seek(0)
    return file


async def _read_at_most(stream: asyncio.StreamReader, most_bytes: int) -> bytes:
    result = bytearray()
    while chunk := await stream.read(64 << 10):
        result += chunk
        if len(result) > most_bytes:
            raise OverflowError
    return bytes(result)
