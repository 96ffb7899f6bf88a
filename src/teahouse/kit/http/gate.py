"""The outermost layer: routing on the raw path, CORS, and preflights answered at once."""

from __future__ import annotations

from typing import Any

from teahouse.kit.http.in_flight import PIECE_BYTES, InFlight

CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, PUT, DELETE, OPTIONS, PATCH, HEAD"),
    (
        b"access-control-allow-headers",
        b"X-Requested-With, Content-Type, Authorization, Date",
    ),
    (b"access-control-expose-headers", b"Retry-After, Content-Disposition"),
]
API_PREFIXES = ("/_matrix/", "/_teahouse/", "/_synapse/", "/.well-known/matrix/")


class Gate:
    """Wraps an ASGI application.

    The path is handed on as it was sent, percent-encoded, so that `%2F` does not split a segment.
    """

    def __init__(self, app: Any, in_flight: InFlight) -> None:
        self._app = app
        self._in_flight = in_flight

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"] = scope["raw_path"].decode("latin-1")
        if not path.startswith(API_PREFIXES):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 200, "headers": CORS})
            await send({"type": "http.response.body", "body": b""})
            return

        def send_with_cors(message: dict[str, Any]) -> Any:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *CORS]
            elif len(message.get("body", b"")) > PIECE_BYTES:
                return self._in_flight.send(send, message)
            return send(message)

        await self._app(scope, receive, send_with_cors)
