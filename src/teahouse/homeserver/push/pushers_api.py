"""Pushers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.push.pusher_rules import read_identity, read_pusher
from teahouse.homeserver.push.pushers import Pushers
from teahouse.kit.errors import bad_json
from teahouse.kit.http import Reply, Request, Route

UNSTABLE = "/_matrix/client/unstable/org.matrix.msc4174"


class Acknowledgement(msgspec.Struct):
    app_id: str
    ack_token: str


class PushersApi:
    def __init__(self, pushers: Pushers, *, allow_private_urls: bool) -> None:
        self._pushers = pushers
        self._allow_private_urls = allow_private_urls

    def routes(self) -> Sequence[Route]:
        pushers = "/_matrix/client/v3/pushers"
        return [
            Route("GET", pushers, self.getPushers),
            Route("POST", pushers + "/set", self.postPusher),
            Route("POST", pushers + "/ack", self.acknowledgePusher),
            Route("POST", UNSTABLE + "/pushers/ack", self.acknowledgePusher),
        ]

    async def getPushers(self, request: Request) -> Any:
        return {"pushers": await self._pushers.of_user(request.user_id)}

    async def postPusher(self, request: Request) -> Any:
        body = await request.json_object(strict=False)
        app_id, pushkey = read_identity(body)
        if body["kind"] is None:
            await self._pushers.delete(request.user_id, app_id, pushkey)
            return {}
        append = body.get("append", False)
        if not isinstance(append, bool):
            raise bad_json("append must be true or false")
        pusher = read_pusher(body, allow_private_urls=self._allow_private_urls)
        put = self._pushers.put
        is_new = await put(request.user_id, request.device_id, pusher, append=append)
        return Reply(status=201 if is_new else 200)

    async def acknowledgePusher(self, request: Request) -> Any:
        body = await request.json(Acknowledgement)
        await self._pushers.acknowledge(request.user_id, body.app_id, body.ack_token)
        return {}
