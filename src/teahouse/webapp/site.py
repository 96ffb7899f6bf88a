"""What the built web app consists of: one look at the folder, then only names found there exist."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
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
        self.files = {
            "/" + path.relative_to(folder).as_posix(): _site_file(path)
            for path in sorted(_walk(folder))
            if path.suffix in CONTENT_TYPES
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


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield path


def _site_file(path: Path) -> SiteFile:
    compressed = {
        encoding: beside
        for encoding, suffix in ENCODINGS.items()
        if (beside := path.with_name(path.name + suffix)).is_file() and not beside.is_symlink()
    }
    forever = path.parent.name == "assets" and HASHED_NAME.search(path.name) is not None
    return SiteFile(
        path, CONTENT_TYPES[path.suffix], FOREVER if forever else ASK_EACH_TIME, compressed
    )
