"""Operations of delayed events, under MSC4140's unstable name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from teahouse.homeserver.delayed import rules, store
from teahouse.homeserver.delayed.model import Wanted
from teahouse.homeserver.delayed.rules import ACTIONS, Action
from teahouse.homeserver.delayed.service import Delays
from teahouse.homeserver.rooms.writing.api import DELAY
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, bad_json, missing_param, suspended
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.log import LogWriter, Once

UNSTABLE = f"/_matrix/client/unstable/{rules.UNSTABLE}"
ALL = UNSTABLE + "/delayed_events"
ONE = ALL + "/{delay_id}"


class DelayedEventsApi:
    def __init__(
        self, database: Database, log: LogWriter, delays: Delays, max_delay_ms: int
    ) -> None:
        self._database = database
        self._log = log
        self._delays = delays
        self._max_delay_ms = max_delay_ms

    def routes(self) -> Sequence[Route]:
        schedule = UNSTABLE + "/rooms/{room_id}/delayed_event/{event_type}/{txn_id}"
        return [
            Route("PUT", schedule, self.scheduleDelayedEvent, Access.GUEST, limit="send"),
            Route("GET", ALL, self.getDelayedEvents, Access.GUEST),
            Route("GET", ONE, self.getDelayedEvent, Access.GUEST),
            # The id is what is needed: a call's server has no account here.
            Route("POST", ONE, self.updateDelayedEvent, Access.ANYONE),
            Route("POST", ONE + "/{action}", self.updateDelayedEvent, Access.ANYONE),
        ]

    async def scheduleDelayedEvent(self, request: Request) -> bytes:
        body = await request.json_object()
        for name in ("delay_ms", "content"):
            if name not in body:
                raise missing_param(name)
        content, state_key = body["content"], body.get("state_key")
        if not isinstance(content, dict) or not isinstance(state_key, str | None):
            raise bad_json("content must be an object, and state_key a string")
        return await self._schedule(request, body["delay_ms"], state_key, content)

    async def schedule_instead(self, request: Request, state_key: str | None) -> bytes:
        """For send and state with a delay in the query: the body is the event's content."""
        content = await request.json_object() if await request.raw_body() else {}
        return await self._schedule(request, request.query(DELAY), state_key, content)

    async def getDelayedEvents(self, request: Request) -> Any:
        found = await self._database.read(store.scheduled, request.user_id)
        return {"delayed_events": [rules.shown(one) for one in found]}

    async def getDelayedEvent(self, request: Request) -> Any:
        own = self._delays.own
        return rules.shown(await self._database.read(own, request.user_id, request["delay_id"]))

    async def updateDelayedEvent(self, request: Request) -> bytes:
        action = await _action(request)
        act = partial(self._delays.act, delay_id=request["delay_id"], action=action)
        await self._log.submit(act)
        return b"{}"

    async def _schedule(
        self, request: Request, delay: object, state_key: str | None, content: dict[str, Any]
    ) -> bytes:
        if request.requester.is_suspended:
            raise suspended()
        delay_ms = rules.read_delay(delay, self._max_delay_ms)
        rules.check_names(request["event_type"], state_key)
        size_bytes = len(await request.raw_body())
        if size_bytes > rules.MAX_CONTENT_BYTES:
            raise Refused("M_TOO_LARGE", "The event is too large")
        room_id, type = request["room_id"], request["event_type"]
        wanted = Wanted(request.user_id, room_id, type, state_key, content, delay_ms)
        once = None
        if "txn_id" in request.params:
            once = Once.of(request.user_id, request.device_id, request.path)
        schedule = partial(self._delays.schedule, wanted=wanted)
        return await self._log.submit(schedule, once=once, size_bytes=size_bytes)


async def _action(request: Request) -> Action:
    """From the path, or from the body as earlier drafts had it."""
    if "action" in request.params:
        wanted: object = request["action"]
        unknown = Refused("M_UNRECOGNIZED", "There is no such action")
    else:
        wanted = (await request.json_object()).get("action")
        unknown = bad_json("action must be send, cancel or restart")
    for action in ACTIONS:
        if wanted == action:
            return action
    raise unknown
