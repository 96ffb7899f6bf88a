"""Where group calls could meet: this server has no such place, and says so.

Source: MSC4143, "MatrixRTC"
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.kit.http import Access, Request, Route

PATH = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports"


class RtcTransportsApi:
    def routes(self) -> Sequence[Route]:
        return [Route("GET", PATH, self.getRtcTransports, Access.GUEST)]

    async def getRtcTransports(self, _request: Request) -> Any:
        return {"rtc_transports": []}
