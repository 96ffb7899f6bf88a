"""What may be stored, and how it is shown. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
MEDIA_ID_LENGTH = 24
"""Of 62 letters: 142 bits, so that an address can't be guessed."""

UNKNOWN_TYPE = "application/octet-stream"
TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}(\s*;[\x20-\x7e]{0,120})?")
FILENAME_BYTES = 255

# Source: client-server API, "Serving inline content"
INLINE = frozenset(
    [f"text/{kind}" for kind in ("css", "plain", "csv")]
    + [f"application/{kind}" for kind in ("json", "ld+json")]
    + [f"image/{kind}" for kind in ("jpeg", "gif", "png", "apng", "webp", "avif")]
    + [f"video/{kind}" for kind in ("mp4", "webm", "ogg", "quicktime")]
    + [f"audio/{kind}" for kind in ("mp4", "webm", "aac", "mpeg", "ogg", "wave", "wav")]
    + [f"audio/{kind}" for kind in ("x-wav", "x-pn-wav", "flac", "x-flac")]
)
PICTURES = frozenset(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"])
"""What is decoded, when it was uploaded as such; an encrypted upload never is."""


def content_type(given: str | None) -> str:
    """The type that is kept: the given one, or the unknown one when it is none."""
    lowered = (given or "").strip().lower()
    return lowered if TYPE.fullmatch(lowered) else UNKNOWN_TYPE


def essence(content_type: str) -> str:
    """The type without its parameters."""
    return content_type.partition(";")[0].strip()


def filename(given: str | None) -> str | None:
    """A name without control characters and not longer than file systems take."""
    if not given:
        return None
    printable = "".join(letter for letter in given if letter.isprintable())
    return printable.encode("utf-8", "ignore")[:FILENAME_BYTES].decode("utf-8", "ignore") or None


def disposition(content_type: str, name: str | None) -> str:
    """Source: RFC 6266; a name beyond ASCII as RFC 8187 writes it."""
    kind = "inline" if essence(content_type) in INLINE else "attachment"
    if name is None:
        return kind
    if name.isascii():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'{kind}; filename="{escaped}"'
    return f"{kind}; filename*=utf-8''{quote(name, safe='')}"


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `start` up to `stop`, which is exclusive."""

    start: int
    stop: int


RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def requested_span(header: str | None, size_bytes: int) -> Span | None:
    """The one span that a Range header asks for; None when the whole is to be sent.

    Errors: ValueError when nothing of it can be given.
    Source: RFC 9110, section 14.2; several ranges at once are answered by the whole.
    """
    match = RANGE.fullmatch((header or "").strip())
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        span = Span(max(0, size_bytes - int(last)), size_bytes)
    else:
        span = Span(int(first), min(size_bytes, int(last) + 1) if last else size_bytes)
        if last and int(last) < int(first):
            return None
    if span.start >= span.stop:
        raise ValueError("the range is outside of the content")
    return span
