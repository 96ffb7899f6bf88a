"""Asks application services for users and rooms of theirs that are not here yet.

A service that wants there to be one makes it before it answers. Who asks for the same thing at the
same time waits for one answer.
Source: application service API, "Querying"
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import quote

from teahouse.homeserver.accounts.service import Accounts
from teahouse.homeserver.appservices.client import NoAnswer, Question, ServiceClient
from teahouse.homeserver.appservices.registration import AppService
from teahouse.homeserver.appservices.registry import Registry
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused
from teahouse.kit.http import Requester

ANSWER_SECONDS = 10.0
ATTEMPTS = 2
MAX_ASKING = 64


class Queries:
    def __init__(
        self, registry: Registry, client: ServiceClient, database: Database, accounts: Accounts
    ) -> None:
        self._registry = registry
        self._client = client
        self._database = database
        self._accounts = accounts
        self._asking: dict[str, asyncio.Task[bool]] = {}

    async def ask_for_alias(self, requester: Requester, alias: str) -> bool:
        """Whether a service has made a room of this name. Errors: 408 when it does not answer."""
        services = self._registry.with_alias(alias)
        return await self._ask(requester, alias, services, "/rooms/")

    async def ask_for_user(self, requester: Requester, user_id: str) -> bool:
        """Whether a service has made this user. Errors: 408 when it does not answer."""
        services = self._registry.with_user(user_id)
        return await self._ask(requester, user_id, services, "/users/")

    async def introduce(self, requester: Requester, user_ids: Iterable[str]) -> None:
        """Before they are invited: services hear of users of theirs who are not here yet.

        An invitation waits for who does not answer, but not longer than that.
        """
        theirs = [user_id for user_id in user_ids if self._registry.with_user(user_id)]
        unknown = [user_id for user_id in theirs if not await self._exists(user_id)]
        await asyncio.gather(
            *(self.ask_for_user(requester, user_id) for user_id in unknown), return_exceptions=True
        )

    async def _exists(self, user_id: str) -> bool:
        return await self._database.read(self._accounts.exists, user_id)

    async def _ask(
        self, requester: Requester, name: str, services: Iterable[AppService], path: str
    ) -> bool:
        """A service that asks is not asked itself: it may be waiting for this answer."""
        asking = requester.service.id if requester.service is not None else None
        asked = [one for one in services if one.url is not None and one.id != asking]
        if not asked:
            return False
        question = Question("GET", path + quote(name, safe=""), ANSWER_SECONDS)
        return await self._once(name, lambda: self._any(asked, question))

    async def _once(self, name: str, ask: Callable[[], Awaitable[bool]]) -> bool:
        task = self._asking.get(name)
        if task is None:
            if len(self._asking) >= MAX_ASKING:
                return False
            task = self._asking[name] = asyncio.ensure_future(ask())
            task.add_done_callback(lambda done: self._answered(name, done))
        # Who hangs up must not take the answer away from the others.
        return await asyncio.shield(task)

    def _answered(self, name: str, done: asyncio.Task[bool]) -> None:
        del self._asking[name]
        if not done.cancelled():
            # Whoever waited has it; if all have hung up, nobody wants to know.
            done.exception()

    async def _any(self, services: Iterable[AppService], question: Question) -> bool:
        silent = False
        for service in services:
            try:
                if await self._says_yes(service, question):
                    return True
            except NoAnswer:
                silent = True
        if silent:
            raise Refused("M_UNKNOWN", "An application service did not answer", status=408)
        return False

    async def _says_yes(self, service: AppService, question: Question) -> bool:
        for attempt in range(ATTEMPTS):
            try:
                return (await self._client.ask(service, question)).is_success
            except NoAnswer as error:
                # Who was silent for so long is not asked again: somebody waits for this.
                if error.is_timeout or attempt + 1 == ATTEMPTS:
                    raise
        return False
