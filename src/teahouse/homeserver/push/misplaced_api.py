"""Paths that end before a push rule or go on after it, as clients compose them of wrong parts.

They are told what is wrong, as they were while scopes and attributes were parts of the path.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.kit.errors import invalid_param
from teahouse.kit.http import Request, Route

METHODS = ("GET", "PUT", "DELETE")
RULES = "/_matrix/client/v3/pushrules"
PATHS = (
    "",
    "/{scope}",
    "/{scope}/{kind}",
    "/{scope}/{kind}/{ruleId}",
    "/{scope}/{kind}/{ruleId}/{attribute}",
    "/global/{kind}",
    "/global/{kind}/{ruleId}/{attribute}",
)


def misplaced_routes() -> Sequence[Route]:
    found = [Route(method, RULES + path, misplacedRule) for path in PATHS for method in METHODS]
    return [*found, Route("PUT", f"{RULES}/", misplacedRule)]


async def misplacedRule(request: Request) -> Any:
    raise invalid_param("A push rule is at global/{kind}/{ruleId}, and has enabled and actions")
