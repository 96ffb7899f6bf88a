"""The user directory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from teahouse.homeserver.directory.service import Found, UserDirectory
from teahouse.kit.errors import missing_param
from teahouse.kit.http import Request, Route
from teahouse.kit.http.shapes import Count

MAX_TERM_CHARS = 1_000


class SearchBody(msgspec.Struct):
    search_term: Annotated[str, msgspec.Meta(max_length=MAX_TERM_CHARS)] | None = None
    limit: Count = 10


class DirectoryApi:
    def __init__(self, directory: UserDirectory) -> None:
        self._directory = directory

    def routes(self) -> Sequence[Route]:
        search = "/_matrix/client/v3/user_directory/search"
        return [Route("POST", search, self.searchUserDirectory, limit="directory")]

    async def searchUserDirectory(self, request: Request) -> Any:
        body = await request.json(SearchBody)
        if body.search_term is None:
            raise missing_param("search_term")
        found, limited = await self._directory.find(request.user_id, body.search_term, body.limit)
        return {"results": [_shown(one) for one in found], "limited": limited}


def _shown(found: Found) -> dict[str, str]:
    values = {
        "user_id": found.user_id,
        "display_name": found.profile.displayname,
        "avatar_url": found.profile.avatar_url,
    }
    return {name: value for name, value in values.items() if value is not None}
