"""Falcon's router, which also knows the older names of paths."""

from __future__ import annotations

from typing import Any

from falcon.routing import CompiledRouter

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

    def find(self, uri: str, req: Any = None) -> Any:
        found = super().find(uri, req)
        for current, older in OLDER_NAMES:
            if found is None and uri.startswith(older):
                found = super().find(current + uri.removeprefix(older), req)
        return found
