"""What only the machine's owner may do, through the socket: it reads or writes the machine's
files, or looks at everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from teahouse.homeserver.administration.paths import V1
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Unavailable
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.long_work import LongWork
from teahouse.kit.progress import Tell, from_thread

if TYPE_CHECKING:
    from teahouse.app import Teahouse
    from teahouse.backup.snapshot import Rest

MAX_SHOWN = 1_000


class Backup(msgspec.Struct):
    folder: str
    """A whole path: the server has a working folder of its own. So below."""


class Check(msgspec.Struct):
    deep: bool = False


class ExportInto(msgspec.Struct):
    file: str


class LocalApi:
    def __init__(self, teahouse: Teahouse, long_work: LongWork, rest: Rest) -> None:
        self._teahouse = teahouse
        self._long_work = long_work
        self._rest = rest

    def routes(self) -> Sequence[Route]:
        export = f"{V1}/users/{{user_id}}/export"
        return [
            Route("POST", f"{V1}/backup", self.makeBackup, Access.ANYONE),
            Route("POST", f"{V1}/check", self.checkEverything, Access.ANYONE),
            Route("POST", export, self.exportUser, Access.ANYONE),
        ]

    async def makeBackup(self, request: Request) -> Any:
        folder = Path((await request.json(Backup)).folder)
        return self._long_work.answer("makeBackup", partial(self._backup, folder))

    async def checkEverything(self, request: Request) -> Any:
        deep = (await request.json(Check)).deep
        return self._long_work.answer("checkEverything", partial(self._check, deep))

    async def exportUser(self, request: Request) -> Any:
        user_id = self._teahouse.accounts.named(request["user_id"])
        file = Path((await request.json(ExportInto)).file)
        return self._long_work.answer("exportUser", partial(self._export, user_id, file))

    async def _backup(self, folder: Path, tell: Tell) -> dict[str, Any]:
        # Loaded when it is first wanted, so that a start waits for none of it. So below.
        from teahouse.backup import making
        from teahouse.backup.manifest import Problem

        try:
            made = await making.make(self._teahouse, folder, tell, self._rest)
        except Problem as problem:
            raise Unavailable(str(problem)) from None
        return {"rows": made.rows, "objects": made.objects}

    async def _check(self, deep: bool, tell: Tell) -> dict[str, Any]:
        from teahouse.check import problems

        begins = from_thread(tell)

        def check(tx: ReadTx) -> list[str]:
            return list(islice(problems(tx, lambda what: begins(f"looking at {what}")), MAX_SHOWN))

        found = await self._teahouse.database.read_long(check)
        tell("looking at media files")
        async for problem in self._teahouse.media.file_problems(deep=deep):
            if len(found) >= MAX_SHOWN:
                break
            found.append(problem)
        return {"problems": found}

    async def _export(self, user_id: str, file: Path, tell: Tell) -> dict[str, Any]:
        from teahouse.exporting.person import Export

        try:
            # A file of theirs must not go while it is copied.
            async with self._teahouse.media.deletions_paused():
                await Export(self._teahouse, user_id, file, from_thread(tell)).write()
        except FileExistsError:
            raise Unavailable(f"{file} is there already") from None
        except OSError as error:
            raise Unavailable(f"{file} can't be written: {error.strerror}") from None
        return {"user_id": user_id}
