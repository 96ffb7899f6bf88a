"""Exports a person."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from teahouse.exporting.archive import Archive
from teahouse.exporting.pages import Pages
from teahouse.homeserver.accounts import listing
from teahouse.homeserver.media.model import Media
from teahouse.homeserver.rooms.members.spans import MembershipSpan
from teahouse.homeserver.threepids import address_store
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import not_found
from teahouse.kit.progress import Tell

if TYPE_CHECKING:
    from teahouse.app import Teahouse


class Export:
    def __init__(self, teahouse: Teahouse, user_id: str, path: Path, tell: Tell) -> None:
        """Errors: FileExistsError, OSError."""
        self._teahouse = teahouse
        self._user_id = user_id
        self._tell = tell
        self._stop = threading.Event()
        now_ms = teahouse.clock.now_ms()
        self._pages = Pages(teahouse.database, user_id, now_ms, self._stop)
        self._archive = Archive(path)

    async def write(self) -> None:
        """Errors: M_NOT_FOUND when there is no such account."""
        try:
            with_small = await self._teahouse.database.read(self._small)
            for name, value in with_small.items():
                await asyncio.to_thread(self._archive.json, name, value)
            await asyncio.to_thread(self._account_data)
            await self._blocking(self._rooms)
            await self._media()
            key_backup = self._pages.key_backup()
            await self._blocking(self._archive.lines, "key_backup.jsonl", key_backup)
            await asyncio.to_thread(self._archive.finish)
        finally:
            await asyncio.to_thread(self._archive.discard)

    async def _blocking(self, function: Callable[..., None], *args: Any) -> None:
        """Off the event loop; ended when this is cancelled, before the archive is closed."""
        working = asyncio.get_running_loop().run_in_executor(None, function, *args)
        try:
            await asyncio.shield(working)
        except asyncio.CancelledError:
            self._stop.set()
            await asyncio.gather(working, return_exceptions=True)
            raise

    def _small(self, tx: ReadTx) -> dict[str, Any]:
        account = listing.one(tx, self._user_id)
        if account is None:
            raise not_found("There is no such account")
        return {
            "account.json": {
                "user_id": account.user_id,
                "created_at_ms": account.created_at_ms,
                "is_admin": account.is_admin,
                "is_deactivated": account.is_deactivated,
                "addresses": address_store.of_user(tx, self._user_id),
            },
            "profile.json": self._teahouse.accounts.profiles.get(tx, self._user_id).fields,
            "devices.json": self._teahouse.devices.all_of(tx, self._user_id),
        }

    def _account_data(self) -> None:
        with self._teahouse.database.snapshot() as tx:
            of = (tx, self._user_id, 0, self._teahouse.log.head)
            whole = self._teahouse.accountdata.global_changes(*of)
            by_room = self._teahouse.accountdata.room_changes(*of)
        lines = [_piece(None, event) for event in whole]
        lines += [_piece(room_id, event) for room_id in by_room for event in by_room[room_id]]
        self._archive.lines("account_data.jsonl", lines)

    def _rooms(self) -> None:
        rooms = self._pages.rooms()
        self._archive.lines("rooms.jsonl", (_room(span) for span in rooms))
        for number, span in enumerate(rooms, 1):
            self._archive.lines(_events_file(span.room_id), self._pages.events(span.room_id))
            self._tell(f"{number} of {len(rooms)} rooms")

    async def _media(self) -> None:
        library = self._teahouse.media
        lines = (_upload(library.address(one.media_id), one) for one in self._pages.media(library))
        await self._blocking(self._archive.lines, "media.jsonl", lines)
        uploads, count = self._pages.media(library), 0
        while (one := await asyncio.to_thread(next, uploads, None)) is not None:
            with self._archive.entry(_file(one)) as entry:
                async for piece in library.contents.read(one.object_name):
                    await asyncio.to_thread(entry.write, piece)
            count += 1
        self._tell(f"{count} uploads")


def _piece(room_id: str | None, event: bytes) -> bytes:
    return msgspec.json.encode({"room_id": room_id, "event": msgspec.Raw(event)})


def _room(span: MembershipSpan) -> bytes:
    return msgspec.json.encode({"room_id": span.room_id, "membership": span.membership})


def _events_file(room_id: str) -> str:
    """A name that every file system takes."""
    return f"events/{room_id[1:].replace('/', '_').replace(':', '_')}.jsonl"


def _file(media: Media) -> str:
    return f"media/{media.media_id}"


def _upload(address: str, media: Media) -> bytes:
    return msgspec.json.encode(
        {
            "address": address,
            "file": _file(media),
            "filename": media.filename,
            "content_type": media.content_type,
            "size_bytes": media.size_bytes,
            "uploaded_at_ms": media.uploaded_at_ms,
        }
    )
