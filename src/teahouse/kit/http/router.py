"""Falcon's router, which also knows the older names of paths."""

from __future__ import annotations

from functools import cache
from typing import Any

from falcon.routing import CompiledRouter, set_default_responders

OLDER_NAMES = (
    ("/_matrix/client/v3/", "/_matrix/client/r0/"),
    ("/_matrix/client/v3/", "/_matrix/client/unstable/"),
    ("/_matrix/media/v3/", "/_matrix/media/r0/"),
    ("/_matrix/media/v3/", "/_matrix/media/v1/"),
)
"""Paths as they were before version 1.1 of the specification; many tools still use them."""


class Router(CompiledRouter):
    """A path that has no route of its own is looked for under its present name: a second look
    at unusual requests costs less than a second route for each path.
    """

    def __init__(self) -> None:
        super().__init__()
        self._methods: dict[str, tuple[object, dict[str, Any]]] = {}
        """Resource and responders by template."""
        self._paths: CompiledRouter | None = None

    def add_route(self, uri_template: str, resource: object, **kwargs: Any) -> None:
        methods = self.map_http_methods(resource, **kwargs)
        set_default_responders(methods, asgi=bool(kwargs.get("_asgi")))
        self._methods[uri_template] = resource, methods

    def find(self, uri: str, req: Any = None) -> Any:
        if self._paths is None:
            self._paths = _compiled(tuple(self._methods))
        found = self._paths.find(uri)
        for current, older in OLDER_NAMES:
            if found is None and uri.startswith(older):
                found = self._paths.find(current + uri.removeprefix(older))
        if found is None:
            return None
        _, _, params, template = found
        resource, methods = self._methods[str(template)]
        return resource, methods, params, template


@cache
def _compiled(templates: tuple[str, ...]) -> CompiledRouter:
    """Compiling takes longest of all that a server does to begin; the paths are always the same."""
    router = CompiledRouter()
    for template in templates:
        router.add_route(template, object())
    return router
