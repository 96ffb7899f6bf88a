"""Operations that say what rooms are like to who is not in them: a summary, a space's rooms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.rooms.outside import aliases
from teahouse.homeserver.rooms.outside.hierarchy import MAX_DEPTH, Walk, hierarchy
from teahouse.homeserver.rooms.outside.previews import is_shown_to_anyone, memberships_of, shown_to
from teahouse.homeserver.rooms.outside.room_summary import RoomSummary, summary_of
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import invalid_param, not_found
from teahouse.kit.http import Access, Request, Route
from teahouse.protocol import identifiers

V1 = "/_matrix/client/v1"
UNSTABLE_SUMMARY = "/_matrix/client/unstable/im.nheko.summary/summary/{room_id_or_alias}"
"""What clients call that were made before the summary had its place in the specification."""

DEFAULT_LIMIT = 20
MOST = 50


class RoomPreviewsApi:
    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> Sequence[Route]:
        summary = V1 + "/room_summary/{room_id_or_alias}"
        return [
            Route("GET", V1 + "/rooms/{room_id}/hierarchy", self.getSpaceHierarchy, Access.GUEST),
            Route("GET", summary, self.getRoomSummary, Access.OPTIONAL, limit="directory"),
            Route("GET", UNSTABLE_SUMMARY, self.getRoomSummary, Access.OPTIONAL, limit="directory"),
        ]

    async def getSpaceHierarchy(self, request: Request) -> Any:
        limit = request.query_int("limit", DEFAULT_LIMIT, least=1, most=MOST)
        key = request.user_id, request["room_id"]
        return await self._database.read(hierarchy, *key, _walk(request), limit)

    async def getRoomSummary(self, request: Request) -> Any:
        asked = request["room_id_or_alias"]
        if not identifiers.is_room_id(asked) and not identifiers.is_room_alias(asked):
            raise invalid_param("This is neither a room ID nor a room alias")
        return await self._database.read(_summary, request.user_id, asked)


def _walk(request: Request) -> Walk:
    """Errors: M_INVALID_PARAM, also when a later page asks for another walk than the first."""
    token = request.query("from")
    before = Walk() if token is None else Walk.parse(token)
    max_depth = request.query_int("max_depth", before.max_depth, most=MAX_DEPTH)
    suggested_only = request.query_bool("suggested_only", before.suggested_only)
    if token is not None and (max_depth, suggested_only) != (
        before.max_depth,
        before.suggested_only,
    ):
        raise invalid_param("max_depth and suggested_only can't change from page to page")
    return Walk(max_depth, suggested_only, before.skip)


def _summary(tx: ReadTx, user_id: str, asked: str) -> dict[str, Any]:
    """A room that does not exist and one that is not shown look the same. Errors: M_NOT_FOUND."""
    found = summary_of(tx, _resolved(tx, asked))
    if found is None or not _is_shown(tx, user_id, found):
        raise not_found("Room not found")
    shown: dict[str, Any] = msgspec.to_builtins(found)
    if user_id:
        own = memberships_of(tx, user_id, [found.room_id])
        shown["membership"] = own.get(found.room_id, "leave")
    return shown


def _is_shown(tx: ReadTx, user_id: str, found: RoomSummary) -> bool:
    if not user_id:
        return is_shown_to_anyone(found)
    return bool(shown_to(tx, user_id, {found.room_id: found}))


def _resolved(tx: ReadTx, asked: str) -> str:
    if asked.startswith("!"):
        return asked
    found = aliases.find(tx, asked)
    if found is None:
        raise not_found("Room not found")
    return str(found.room_id)
