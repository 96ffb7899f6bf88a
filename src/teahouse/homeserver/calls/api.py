"""GET /voip/turnServer."""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.homeserver.calls.turn import TurnServer, credentials
from teahouse.kit.clock import Clock
from teahouse.kit.http import Request, Route


class CallsApi:
    def __init__(self, uris: Sequence[str], secret: str, clock: Clock) -> None:
        self._uris = uris
        self._secret = secret
        self._clock = clock

    def routes(self) -> Sequence[Route]:
        return [Route("GET", "/_matrix/client/v3/voip/turnServer", self.getTurnServer)]

    async def getTurnServer(self, request: Request) -> TurnServer:
        return credentials(self._uris, self._secret, request.user_id, self._clock.now_ms())
