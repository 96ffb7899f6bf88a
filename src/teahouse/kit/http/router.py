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
        self._resources: dict[str, object] = {}
        """By template."""
        self._methods: dict[str, dict[str, Any]] = {}
        """Responders by template, of those that somebody has asked for."""
        self._paths: CompiledRouter | None = None

    def add_route(self, uri_template: str, resource: object, **kwargs: Any) -> None:
        self._resources[uri_template] = resource

    def find(self, uri: str, req: Any = None) -> Any:
        if self._paths is None:
            self._paths = _compiled(tuple(self._resources))
        found = self._paths.find(uri)
        for current, older in OLDER_NAMES:
            if found is None and uri.startswith(older):
                found = self._paths.find(current + uri.removeprefix(older))
        if found is None:
            return None
        _, _, params, path = found
        template = str(path)
        resource = self._resources[template]
        methods = self._methods.get(template)
        if methods is None:
            methods = self._methods[template] = self.map_http_methods(resource)
            set_default_responders(methods, asgi=True)
        return resource, methods, params, template


@cache
def _compiled(templates: tuple[str, ...]) -> CompiledRouter:
    """Compiling takes longest of all that a server does to begin; the paths are always the same."""
    router = CompiledRouter()
    for template in templates:
        router.add_route(template, object())
    return router
