"""Rows of a table in a file, and back: frames of some rows each, compressed.

A frame is its length in four bytes and a MessagePack list of rows. Memory is bounded by a frame,
however large the table.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from teahouse.backup.manifest import Problem, TableFile

COMPRESSION = 1
"""The fastest. Most of a table is JSON, which becomes a quarter all the same."""

MAX_FRAME_BYTES = 256 << 20
READ_BYTES = 1 << 20

Rows = Sequence[Sequence[Any]]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[list[Any]]).decode


class _Hashed:
    """A file that knows the hash of what was written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def write(path: Path, columns: Sequence[str], pages: Iterable[Rows]) -> TableFile:
    """On disk when this returns."""
    count = 0
    with path.open("xb") as file:
        hashed = _Hashed(file)
        with gzip.GzipFile("", "wb", COMPRESSION, hashed, mtime=0) as packed:
            for page in pages:
                frame = _encode([tuple(row) for row in page])
                packed.write(len(frame).to_bytes(4, "big") + frame)
                count += len(page)
        file.flush()
        os.fsync(file.fileno())
    return TableFile(list(columns), count, hashed.sha256.hexdigest())


def read(path: Path) -> Iterator[list[list[Any]]]:
    """The pages, as they were written. Errors: Problem."""
    try:
        with gzip.open(path, "rb") as packed:
            while head := packed.read(4):
                length = int.from_bytes(head, "big")
                if length > MAX_FRAME_BYTES:
                    raise Problem(f"{path} is damaged")
                yield _decode(packed.read(length))
    except (OSError, EOFError, msgspec.DecodeError, ValueError) as error:
        raise Problem(f"{path} can't be read: {type(error).__name__}") from None


def sha256_of(path: Path) -> str:
    """Errors: FileNotFoundError."""
    digest = hashlib.sha256()
    with path.open("rb", 0) as file:
        while piece := file.read(READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()
