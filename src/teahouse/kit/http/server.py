"""Routes become a Falcon application: authentication, limits, errors and CORS, once for all."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from types import SimpleNamespace
from typing import Any

import falcon
import falcon.asgi
import msgspec
import structlog

from teahouse.kit.errors import Refused, Unavailable, locked, suspended
from teahouse.kit.http.access import Access, Authenticator, Requester
from teahouse.kit.http.gate import Gate
from teahouse.kit.http.in_flight import InFlight
from teahouse.kit.http.reply import FileReply, Reply
from teahouse.kit.http.request import Request, WholeRequest
from teahouse.kit.http.route import Route
from teahouse.kit.http.router import Router
from teahouse.kit.limits import Limits
from teahouse.kit.logs import kind_of, trace_of
from teahouse.kit.metrics import REQUESTS
from teahouse.kit.readers import ASKING

log = structlog.get_logger(__name__)

JSON = "application/json"

_encode = msgspec.json.Encoder().encode

Seen = Callable[[Requester, str], None]
Responder = Callable[..., Awaitable[None]]
Around = Callable[[Route, Responder], Responder]
Fallback = Callable[..., Coroutine[Any, Any, None]]
"""A Falcon sink."""


def build_app(
    routes: Sequence[Route],
    authenticator: Authenticator,
    limits: Limits,
    *,
    web_app: Fallback | None = None,
    seen: Seen | None = None,
    around: Around | None = None,
) -> Gate:
    """The ASGI application. `web_app` answers what is under no API's path.

    `seen` hears of every requester and their address: it must not wait, and should be quick.
    `around` wraps what answers a route.
    """
    app = falcon.asgi.App(request_type=WholeRequest, router=Router())
    app.req_options.auto_parse_qs_csv = False
    app.req_options.keep_blank_qs_values = True
    app.resp_options.default_media_type = JSON
    in_flight = InFlight()
    by_path: dict[str, list[Route]] = defaultdict(list)
    for route in routes:
        by_path[route.path].append(route)
    for path, same_path in by_path.items():
        app.add_route(path, _resource(same_path, authenticator, limits, in_flight, seen, around))
    if web_app is not None:
        app.add_sink(web_app, prefix=r"/(?!_matrix/|_teahouse/|_synapse/|\.well-known/)")
    # Falcon has handlers of its own for the last two, which would answer in words of its own.
    for kind in (Exception, falcon.HTTPError, falcon.HTTPStatus):
        app.add_error_handler(kind, _on_error)
    return Gate(app, in_flight)


def _resource(
    routes: Sequence[Route],
    authenticator: Authenticator,
    limits: Limits,
    in_flight: InFlight,
    seen: Seen | None,
    around: Around | None,
) -> object:
    """A Falcon resource with one responder a method; Falcon answers 405 to the others."""
    responders = {}
    for route in routes:
        respond = _responder(route, authenticator, limits, in_flight, seen)
        name = f"on_{route.method.lower()}"
        responders[name] = respond if around is None else around(route, respond)
    return SimpleNamespace(**responders)


def _responder(
    route: Route,
    authenticator: Authenticator,
    limits: Limits,
    in_flight: InFlight,
    seen: Seen | None,
) -> Responder:
    handler = route.handler
    operation = route.operation

    async def answer(req: WholeRequest, resp: falcon.asgi.Response, params: Any) -> None:
        REQUESTS.count(operation)
        request = Request(req, params, route.max_body_bytes)
        if route.access is not Access.ANYONE:
            await _identify(request, req, route, authenticator, limits)
            ASKING.set(request.user_id or request.address)
            if seen is not None and request.user_id:
                seen(request.requester, request.address)
        else:
            ASKING.set(request.address)
        if not request.requester.is_unlimited:
            limits.check(route.limit, request.user_id, request.address)
        in_flight.check()
        _render(await handler(request), resp)
        if resp.data is not None:
            in_flight.check(len(resp.data))

    async def respond(req: WholeRequest, resp: falcon.asgi.Response, **params: str) -> None:
        try:
            await answer(req, resp, params)
        except asyncio.CancelledError:
            # The server ends, and has waited for this one as long as it may.
            raise Unavailable("The server is about to stop") from None

    return respond


async def _identify(
    request: Request,
    req: falcon.asgi.Request,
    route: Route,
    authenticator: Authenticator,
    limits: Limits,
) -> None:
    if route.access is Access.SERVICE:
        request.requester = _service(req, authenticator) or request.requester
        return
    token = _token(req)
    if token is None:
        if route.access is Access.OPTIONAL:
            return
        raise Refused("M_MISSING_TOKEN", "Missing access token")
    requester = authenticator.known(token)
    if requester is None:
        requester = await _ask_database(token, request, authenticator, limits)
    if requester.is_guest and route.access is Access.USER:
        raise Refused("M_GUEST_ACCESS_FORBIDDEN", "Guests may not do this")
    if requester.is_locked and not route.when_locked:
        raise locked()
    if requester.is_suspended and not route.when_suspended:
        raise suspended()
    if route.access is Access.ADMIN and not requester.is_admin:
        raise Refused("M_FORBIDDEN", "Only who administers this server may do this")
    request.requester = requester


async def _ask_database(
    token: str, request: Request, authenticator: Authenticator, limits: Limits
) -> Requester:
    """Only tokens that turn out to be nobody's count: after a start all are asked for once."""
    ASKING.set(request.address)
    if authenticator.service(token) is not None:
        return await authenticator.authenticate(token, request.query)
    limits.check("unknown_token", "", request.address)
    requester = await authenticator.authenticate(token, request.query)
    limits.give_back("unknown_token", "", request.address)
    return requester


def _service(req: falcon.asgi.Request, authenticator: Authenticator) -> Requester | None:
    try:
        token = _token(req)
    except Refused:
        return None
    return authenticator.service(token) if token is not None else None


def _token(req: falcon.asgi.Request) -> str | None:
    """From the header, or from the query while the specification documents it; no cookies."""
    header = req.get_header("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refused("M_MISSING_TOKEN", "The Authorization header is not a bearer token")
        return str(token.strip())
    value = req.params.get("access_token")
    return value if isinstance(value, str) and value else None


def _render(answer: Any, resp: falcon.asgi.Response) -> None:
    if isinstance(answer, bytes):
        resp.data = answer
        return
    if isinstance(answer, FileReply):
        resp.stream = answer.stream
        resp.content_length = answer.size_bytes
        resp.content_type = answer.content_type
        resp.status = answer.status
        resp.set_headers(dict(answer.headers))
        return
    if isinstance(answer, Reply):
        resp.status = answer.status
        resp.content_type = answer.content_type
        resp.set_headers(dict(answer.headers))
        answer = answer.body
    resp.data = answer if isinstance(answer, bytes) else _encode(answer)


async def _on_error(
    req: falcon.asgi.Request, resp: falcon.asgi.Response, error: Exception, _params: Any
) -> None:
    """The one place that maps an error to HTTP."""
    refused = refusal_of(error, req.uri_template)
    resp.status = refused.status
    resp.content_type = JSON
    resp.data = _encode(refused.body())
    retry_after_ms = refused.details.get("retry_after_ms")
    if retry_after_ms is not None:
        resp.set_header("Retry-After", str(max(1, -(-retry_after_ms // 1000))))


def refusal_of(error: Exception, where: str | None) -> Refused:
    """What is answered to an error; one that nobody foresaw is logged with `where` it came up."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, falcon.HTTPMethodNotAllowed):
        return Refused("M_UNRECOGNIZED", "Method not allowed", status=405)
    if isinstance(error, falcon.HTTPError | falcon.HTTPStatus):
        status = falcon.http_status_to_code(error.status)
        errcode = "M_UNRECOGNIZED" if status == 404 else "M_UNKNOWN"
        return Refused(errcode, "Unrecognized request", status=status)
    if isinstance(error, Unavailable):
        return Refused("M_UNKNOWN", str(error), status=503)
    # The path and the error's own text may carry what people wrote: only the kind is logged.
    log.error("request failed", route=where, kind=kind_of(error), trace=trace_of(error))
    return Refused("M_UNKNOWN", "Internal server error", status=500)
