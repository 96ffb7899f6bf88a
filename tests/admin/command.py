"""The command line, as an operator uses it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tests.nursery import nursery

LONGEST_SECONDS = 60


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    def ok(self) -> Outcome:
        assert self.code == 0, self.err
        assert self.err == ""
        return self

    def refused(self, sentence: str) -> Outcome:
        """One plain line, no trace."""
        assert self.code == 1, (self.out, self.err)
        assert sentence in self.err
        assert self.err.startswith("teahouse: ")
        assert self.err.count("\n") == 1, self.err
        return self

    def value(self, label: str) -> str:
        return next(line for line in self.out.splitlines() if line.startswith(label)).split()[-1]


@dataclass(frozen=True)
class CommandLine:
    data: Path
    database_url: str
    objects: str = ""

    @property
    def flags(self) -> list[str]:
        settings = {"--database": self.database_url, "--objects": self.objects}
        return [text for pair in settings.items() if pair[1] for text in pair]

    def teahouse(self, *arguments: str, typed: str = "") -> Outcome:
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            given.write(typed.encode())
            given.seek(0)
            files = [file.fileno() for file in (given, out, err)]
            code = nursery().start(arguments, os.environ, files).wait(LONGEST_SECONDS)
            return Outcome(code, _read(out), _read(err))

    def admin(self, command: str, *arguments: str, typed: str = "") -> Outcome:
        where = ["--data", str(self.data), *self.flags]
        return self.teahouse("admin", command, *where, *arguments, typed=typed)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
