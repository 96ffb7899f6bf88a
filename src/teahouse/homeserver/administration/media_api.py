"""Media, for whoever runs the server: deleting it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from teahouse.homeserver.accounts.service import Accounts
from teahouse.homeserver.administration.media import media_id_of
from teahouse.homeserver.administration.paths import V1
from teahouse.homeserver.media.service import MediaLibrary
from teahouse.kit.errors import not_found
from teahouse.kit.http import Access, Request, Route


class Unused(msgspec.Struct):
    unused_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)]


class MediaAdminApi:
    def __init__(self, media: MediaLibrary, accounts: Accounts) -> None:
        self._media = media
        self._accounts = accounts

    def routes(self) -> Sequence[Route]:
        one = f"{V1}/media/{{server_name}}/{{media_id}}"
        of_user = f"{V1}/users/{{user_id}}/media"
        return [
            Route("DELETE", one, self.deleteMedia, Access.ADMIN),
            Route("DELETE", of_user, self.deleteMediaOfUser, Access.ADMIN),
            Route("POST", f"{V1}/media/purge", self.purgeMedia, Access.ADMIN),
        ]

    async def deleteMedia(self, request: Request) -> Any:
        address = f"mxc://{request['server_name']}/{request['media_id']}"
        count = await self._media.purging.delete([media_id_of(self._media, address)])
        if not count:
            raise not_found("There is no such media")
        return {"deleted": count}

    async def deleteMediaOfUser(self, request: Request) -> Any:
        user_id = self._accounts.named(request["user_id"])
        return {"deleted": await self._media.purging.delete_of_user(user_id)}

    async def purgeMedia(self, request: Request) -> Any:
        days = (await request.json(Unused)).unused_days
        return {"deleted": await self._media.purging.delete_unread(days)}
