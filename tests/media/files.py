"""What a server keeps in its place for files."""

from __future__ import annotations

from pathlib import Path

from tests.server import Server


async def contents(server: Server) -> list[str]:
    return sorted([name async for name in server.teahouse.media.contents.names()])


async def thumbnails(server: Server) -> list[str]:
    return sorted([name async for name in server.teahouse.media._thumbnail_files.names()])


def arriving(server: Server) -> list[Path]:
    """Files of uploads that are on their way, or broke off."""
    folder = server.teahouse.config.data / "media"
    return [path for path in folder.rglob("*") if path.is_file() and "incoming" in path.parts]
