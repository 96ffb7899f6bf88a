"""Answers what is under no API's path: the web app's files, and its page for every other path."""

from __future__ import annotations

from typing import Any

import falcon
import falcon.asgi

from teahouse.kit.http.server import Fallback
from teahouse.kit.objects import read_chunks
from teahouse.webapp.policy import HEADERS
from teahouse.webapp.site import Site, SiteFile, find_folder


def web_app() -> Fallback | None:
    """None when no web app was built: the API alone."""
    folder = find_folder()
    return serve_site(Site(folder)) if folder is not None else None


def serve_site(site: Site) -> Fallback:
    async def respond(req: falcon.asgi.Request, resp: falcon.asgi.Response, **_: Any) -> None:
        if req.method not in ("GET", "HEAD"):
            raise falcon.HTTPMethodNotAllowed(["GET", "HEAD"])
        file = site.file(req.path)
        if file is None:
            raise falcon.HTTPNotFound
        _send(file, req, resp)

    return respond


def _send(file: SiteFile, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
    encoding, path = file.variant(accepted_encodings(req.get_header("accept-encoding") or ""))
    tag = f'"{file.digest}{"-" + encoding if encoding else ""}"'
    resp.set_headers(HEADERS)
    resp.set_header("Cache-Control", file.cache_control)
    resp.set_header("ETag", tag)
    resp.set_header("Vary", "Accept-Encoding")
    if tag in [given.strip() for given in (req.get_header("if-none-match") or "").split(",")]:
        resp.status = 304
        return
    if encoding is not None:
        resp.set_header("Content-Encoding", encoding)
    resp.content_type = file.content_type
    resp.content_length = path.stat().st_size
    resp.stream = read_chunks(path)


def accepted_encodings(header: str) -> set[str]:
    """The codings of an Accept-Encoding header that are not refused by q=0."""
    accepted = set()
    for offer in header.split(","):
        name, _, weight = offer.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            accepted.add(name.strip().lower())
    return accepted
