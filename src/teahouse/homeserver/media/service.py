"""Uploading media, and finding it again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from teahouse.homeserver.media import rules, store
from teahouse.homeserver.media.model import Media
from teahouse.homeserver.media.thumbnails import Thumbnails
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.errors import not_found
from teahouse.kit.log import LogWriter
from teahouse.kit.objects import LocalObjects
from teahouse.kit.secrets import random_string


class MediaLibrary:
    """Content is a file, shared by equal uploads; each upload is a row with an address."""

    def __init__(
        self, folder: Path, server_name: str, database: Database, log: LogWriter, clock: Clock
    ) -> None:
        self._server_name = server_name
        self._database = database
        self._log = log
        self._clock = clock
        self._thumbnail_files = LocalObjects(folder / "thumbnails")
        self.contents = LocalObjects(folder / "content")
        self.thumbnails = Thumbnails(self.contents, self._thumbnail_files)

    async def upload(
        self,
        user_id: str,
        chunks: AsyncIterator[bytes],
        content_type: str | None,
        filename: str | None,
    ) -> str:
        """Keeps content for good; its mxc:// address. The file is on disk before its row is."""
        added = await self.contents.add(chunks)
        upload = Media(
            random_string(rules.MEDIA_ID_LENGTH),
            user_id,
            added.name,
            added.size_bytes,
            rules.content_type(content_type),
            rules.filename(filename),
            self._clock.now_ms(),
        )
        await self._log.submit(lambda tx: store.add(tx, upload))
        return f"mxc://{self._server_name}/{upload.media_id}"

    async def access(self, server_name: str, media_id: str) -> Media:
        """Errors: M_NOT_FOUND, for other servers' media too: none is fetched."""
        if server_name == self._server_name and rules.MEDIA_ID.fullmatch(media_id):
            found = await self._database.read(store.find, media_id)
            if found is not None:
                return found
        raise not_found("There is no such media")

    def read_thumbnail(self, name: str) -> AsyncIterator[bytes]:
        return self._thumbnail_files.read(name)

    async def thumbnail_bytes(self, name: str) -> int | None:
        return await self._thumbnail_files.size_bytes(name)

    def close(self) -> None:
        self.contents.close()
        self._thumbnail_files.close()
