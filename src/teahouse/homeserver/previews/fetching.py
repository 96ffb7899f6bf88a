"""Fetching what a URL leads to: few hops, little time, few bytes, each hop through the guard."""

from __future__ import annotations

from dataclasses import dataclass

from teahouse.homeserver.previews.addresses import joined
from teahouse.kit.urls import NoAnswer, UrlAnswer, UrlClient

MOST_HOPS = 5
MOST_BYTES = 1 << 20
REDIRECTS = frozenset([301, 302, 303, 307, 308])
HEADERS = {
    "user-agent": "Mozilla/5.0 (compatible; Teahouse; link preview)",
    "accept": "text/html, application/xhtml+xml, image/*;q=0.9, */*;q=0.1",
    # What is packed could unpack to more than a server has.
    "accept-encoding": "identity",
}


@dataclass(frozen=True, slots=True)
class Found:
    url: str
    """Where it was found in the end."""
    content_type: str
    charset: str
    body: bytes
    is_whole: bool


async def fetch(client: UrlClient, url: str) -> Found:
    """What is too long is cut off. Errors: UrlRefused, NoAnswer."""
    for _ in range(MOST_HOPS + 1):
        answer = await client.get(url, HEADERS, most_bytes=MOST_BYTES)
        if answer.status not in REDIRECTS or "location" not in answer.headers:
            return _found(url, answer)
        url = joined(url, answer.headers["location"])
    raise NoAnswer("too many redirects")


def _found(url: str, answer: UrlAnswer) -> Found:
    if not 200 <= answer.status < 300:
        raise NoAnswer(f"status {answer.status}")
    if answer.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise NoAnswer("packed")
    content_type, _, parameters = answer.headers.get("content-type", "").partition(";")
    return Found(
        url, content_type.strip().lower(), _charset(parameters), answer.body, answer.is_whole
    )


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")[:40]
    return ""
