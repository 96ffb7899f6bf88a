"""Traces by OpenTelemetry, for who asks for them: spans of requests and of commits.

Asked for by the variables of OpenTelemetry itself (OTEL_EXPORTER_OTLP_ENDPOINT and others). Nothing
is loaded and nothing is wrapped without them. A span says the route, never the path; how many
changes, never which; what kind of error, never its words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from teahouse.kit.errors import Refused
from teahouse.kit.http import Route
from teahouse.kit.log.writer import Change, Commit, Outcome

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

Responder = Callable[..., Awaitable[None]]

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def traces(environment: Mapping[str, str], version: str) -> Traces | None:
    """None when nobody asks for any."""
    if not any(environment.get(name) for name in ENDPOINTS):
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = {"service.version": version}
    if not environment.get("OTEL_SERVICE_NAME"):
        named["service.name"] = "teahouse"
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Traces(provider)


class Traces:
    def __init__(self, provider: TracerProvider) -> None:
        from opentelemetry.trace import SpanKind

        self._provider = provider
        self._tracer = provider.get_tracer("teahouse")
        self._server = SpanKind.SERVER

    def around_request(self, route: Route, respond: Responder) -> Responder:
        name = f"{route.method} {route.path}"
        about = {
            "http.request.method": route.method,
            "http.route": route.path,
            "teahouse.operation": route.operation,
        }

        async def traced(req: Any, resp: Any, **params: str) -> None:
            with self._span(name, about, kind=self._server) as span:
                try:
                    await respond(req, resp, **params)
                except Refused as refused:
                    span.set_attribute("http.response.status_code", refused.status)
                    span.set_attribute("teahouse.errcode", refused.errcode)
                    raise
                except Exception as error:
                    span.set_attribute("error.type", type(error).__name__)
                    raise
                span.set_attribute("http.response.status_code", resp.status_code)

        return traced

    def around_commit(self, commit: Commit) -> Commit:
        def traced(changes: list[Change]) -> list[Outcome]:
            with self._span("log commit", {"teahouse.changes": len(changes)}):
                return commit(changes)

        return traced

    def close(self) -> None:
        """Sends what waits; blocks until then."""
        self._provider.shutdown()

    def _span(self, name: str, attributes: Mapping[str, Any], **more: Any) -> Any:
        # An exception's text may hold what people wrote.
        return self._tracer.start_as_current_span(
            name,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
            **more,
        )
