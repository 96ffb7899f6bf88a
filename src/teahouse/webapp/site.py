"""What the built web app consists of: one look at the folder, then only names found there exist."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".mp3": "audio/mpeg",
}
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Best first, with the suffix that a compressed file has beside its original."""

HASHED_NAME = re.compile(r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")
FOREVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"


@dataclass(frozen=True)
class SiteFile:
    path: Path
    content_type: str
    cache_control: str
    encodings: dict[str, Path]

    @cached_property
    def digest(self) -> str:
        return hashlib.blake2b(self.path.read_bytes(), digest_size=12).hexdigest()

    def variant(self, accepted: set[str]) -> tuple[str | None, Path]:
        """(content coding, file) of the smallest form that the client accepts."""
        for encoding, path in self.encodings.items():
            if encoding in accepted:
                return encoding, path
        return None, self.path


class Site:
    """The files by the path they are asked for. Links are not followed."""

    def __init__(self, folder: Path) -> None:
        there = set(_walk(str(folder)))
        self.files = {
            path.removeprefix(str(folder)): _site_file(path, there)
            for path in there
            if _suffix(path) in CONTENT_TYPES
        }
        self.index = self.files["/index.html"]
        self._folders = {path.split("/")[1] for path in self.files if path.count("/") > 1}

    def file(self, path: str) -> SiteFile | None:
        """The file at `path`; the index page where a page of the app may be; else None.

        `path` is as it was sent, percent-encoded.
        """
        found = self.files.get(path)
        if found is not None:
            return found
        return self.index if self._may_be_page(path) else None

    def _may_be_page(self, path: str) -> bool:
        first, *rest = path.removeprefix("/").split("/")
        if first.startswith(("_", ".")) or first in self._folders or is_trick(path):
            return False
        return bool(rest) or "." not in first


def is_trick(path: str) -> bool:
    """Dots, slashes and NULs that only appear once a path is decoded, or that climb up."""
    lowered = path.lower()
    if any(code in lowered for code in ("%2e", "%2f", "%5c", "%00", "%25", "\\", "//", "\0")):
        return True
    return any(segment in (".", "..") for segment in path.split("/"))


def find_folder() -> Path | None:
    """Where the built web app is: in the wheel's package, else in the checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "dist", here.parents[2] / "web/dist"):
        if (folder / "index.html").is_file():
            return folder
    return None


def _walk(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry.path


def _site_file(path: str, there: Collection[str]) -> SiteFile:
    folder, name = os.path.split(path)
    forever = os.path.basename(folder) == "assets" and HASHED_NAME.search(name) is not None
    return SiteFile(
        Path(path),
        CONTENT_TYPES[_suffix(name)],
        FOREVER if forever else ASK_EACH_TIME,
        {coding: Path(path + end) for coding, end in ENCODINGS.items() if path + end in there},
    )


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1]
