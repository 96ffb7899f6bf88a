"""Addresses of pages, as people write them and as they are asked. Pure."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from teahouse.kit.urls import UrlRefused

SAFE = "!#$%&'()*+,/:;=?@[]~"


def plain_address(url: str) -> str:
    """In ASCII and without a fragment, so that equal addresses look alike. Errors: UrlRefused."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
        port = f":{parts.port}" if parts.port is not None else ""
    except (ValueError, UnicodeError):
        raise UrlRefused("This is not a URL") from None
    if "@" in parts.netloc:
        raise UrlRefused("The URL must name no user")
    netloc = f"[{host}]{port}" if ":" in host else host + port
    path, query = quote(parts.path or "/", safe=SAFE), quote(parts.query, safe=SAFE)
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def joined(base: str, *references: str | None) -> str:
    """Each reference as it stands on the page before. Errors: UrlRefused."""
    try:
        for reference in references:
            base = urljoin(base, reference or "")
    except ValueError:
        raise UrlRefused("This is not a URL") from None
    return plain_address(base)
