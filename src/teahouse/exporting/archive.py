"""A zip file that is written piece by piece, and appears under its name when it is whole."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec


class Archive:
    """Blocks while it writes: use it off the event loop."""

    def __init__(self, path: Path) -> None:
        """Errors: FileExistsError; OSError."""
        self._path = path
        if path.exists():
            raise FileExistsError(path)
        self._part = path.with_name(path.name + ".part")
        descriptor = os.open(self._part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    @contextmanager
    def entry(self, name: str) -> Iterator[IO[bytes]]:
        with self._zip.open(name, "w", force_zip64=True) as entry:
            yield entry

    def json(self, name: str, value: object) -> None:
        with self.entry(name) as entry:
            entry.write(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")

    def lines(self, name: str, lines: Iterable[bytes]) -> None:
        """Each line is JSON."""
        with self.entry(name) as entry:
            for line in lines:
                entry.write(line + b"\n")

    def finish(self) -> None:
        """It is whole, and on disk."""
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.rename(self._path)

    def discard(self) -> None:
        """What is not finished is gone."""
        if not self._file.closed:
            self._zip.close()
            self._file.close()
            self._part.unlink(missing_ok=True)
