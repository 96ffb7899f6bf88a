"""Profiles: anyone may look one up by its exact ID, its owner changes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.accounts.profiles import NAME, Profiles
from teahouse.kit.errors import Refused, missing_param, not_found
from teahouse.kit.http import Access, Request, Route


class ProfileApi:
    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles

    def routes(self) -> Sequence[Route]:
        whole = "/_matrix/client/v3/profile/{userId}"
        field = whole + "/{keyName}"
        return [
            Route("GET", whole, self.getUserProfile, Access.OPTIONAL),
            Route("GET", field, self.getProfileField, Access.OPTIONAL),
            Route(
                "PUT",
                field,
                self.setProfileField,
                Access.GUEST,
                limit="profile",
                when_suspended=False,
            ),
            Route("DELETE", field, self.deleteProfileField, limit="profile", when_suspended=False),
        ]

    async def getUserProfile(self, request: Request) -> Any:
        return (await self._profiles.shown(request.requester, request["userId"])).fields

    async def getProfileField(self, request: Request) -> Any:
        key = request["keyName"]
        fields = (await self._profiles.shown(request.requester, request["userId"])).fields
        if key not in fields:
            raise not_found("This profile has no such field")
        return {key: fields[key]}

    async def setProfileField(self, request: Request) -> Any:
        key = request["keyName"]
        if request.requester.is_guest and key != NAME:
            raise Refused("M_GUEST_ACCESS_FORBIDDEN", "Guests may set their name only")
        body = await request.json_object(strict=False)
        if key not in body:
            raise missing_param(key)
        await self._profiles.set_field(request.user_id, request["userId"], key, body[key])
        return b"{}"

    async def deleteProfileField(self, request: Request) -> Any:
        await self._profiles.delete_field(request.user_id, request["userId"], request["keyName"])
        return b"{}"
