"""Third-party networks: what the services that bridge to them say of protocols, places and people.

Source: client-server API, "Third-party Lookups"; application service API, "Third-party networks"
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from teahouse.homeserver.appservices.client import NoAnswer, Question, ServiceClient
from teahouse.homeserver.appservices.registration import AppService
from teahouse.homeserver.appservices.registry import Registry
from teahouse.kit.clock import Clock

ANSWER_SECONDS = 10.0
OLDER = "/_matrix/app/unstable"
KEEP_MS = 60_000
"""What was said of a protocol: clients ask for all of them whenever they start."""

MAX_FOUND = 1_000
SEPARATOR = "|"

Json = dict[str, Any]


class Protocol(msgspec.Struct):
    """What a service leaves out is empty. What else it says of an instance is passed on."""

    instances: list[Json]
    user_fields: list[str] = []
    location_fields: list[str] = []
    icon: str = ""
    field_types: dict[str, Json] = {}


class Location(msgspec.Struct):
    alias: str
    protocol: str
    fields: Json


class User(msgspec.Struct):
    userid: str
    protocol: str
    fields: Json


def instance_id(service: AppService, network_id: str) -> str:
    """Unique on this server, as network IDs are in a service."""
    return f"{service.id}{SEPARATOR}{network_id}"


class Networks:
    def __init__(self, registry: Registry, client: ServiceClient, clock: Clock) -> None:
        self._services = [service for service in registry if service.url and service.protocols]
        self._client = client
        self._clock = clock
        self._said: dict[str, tuple[int, Protocol]] = {}

    async def protocols(self) -> dict[str, Protocol]:
        names = sorted({name for service in self._services for name in service.protocols})
        found = await asyncio.gather(*(self.protocol(name) for name in names))
        return {name: one for name, one in zip(names, found, strict=True) if one is not None}

    async def protocol(self, name: str) -> Protocol | None:
        """What all services with this protocol say of it, as one; None where nobody has it."""
        said = self._said.get(name)
        now_ms = self._clock.monotonic_ms()
        if said is not None and now_ms - said[0] < KEEP_MS:
            return said[1]
        claiming = self._claiming(name)
        asked = [self._ask_of_protocol(service, name) for service in claiming]
        found = [one for one in await asyncio.gather(*asked) if one is not None]
        if not found:
            return None
        whole = found[0]
        whole.instances = [instance for one in found for instance in one.instances]
        self._said[name] = (now_ms, whole)
        return whole

    async def locations(self, protocol: str | None, query: str) -> list[Location]:
        """`query` is passed on as it is; `protocol` None: by alias, in all networks."""
        return await self._everywhere("location", protocol, query, Location)

    async def users(self, protocol: str | None, query: str) -> list[User]:
        return await self._everywhere("user", protocol, query, User)

    async def _everywhere(
        self, kind: str, protocol: str | None, query: str, shape: type[Any]
    ) -> list[Any]:
        path = f"/thirdparty/{kind}"
        services: Sequence[AppService] = self._services
        if protocol is not None:
            path, services = f"{path}/{_quoted(protocol)}", self._claiming(protocol)
        answers = [self._ask(service, path, query, list[Any]) for service in services]
        found = [one for answer in await asyncio.gather(*answers) for one in answer or ()]
        return [one for said in found[:MAX_FOUND] if (one := _shaped(said, shape)) is not None]

    def _claiming(self, protocol: str) -> list[AppService]:
        return [service for service in self._services if protocol in service.protocols]

    async def _ask_of_protocol(self, service: AppService, name: str) -> Protocol | None:
        path = f"/thirdparty/protocol/{_quoted(name)}"
        found: Protocol | None = await self._ask(service, path, "", Protocol)
        if found is not None:
            found.instances = [_completed(service, said) for said in found.instances]
        return found

    async def _ask(self, service: AppService, path: str, query: str, shape: Any) -> Any:
        """None where nothing of this shape was answered."""
        question = Question("GET", path, ANSWER_SECONDS, query=query, older_prefix=OLDER)
        try:
            answer = await self._client.ask(service, question)
            return msgspec.json.decode(answer.body, type=shape) if answer.is_success else None
        except (NoAnswer, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None


def _completed(service: AppService, said: Json) -> Json:
    network_id = str(said.get("network_id", ""))
    usual = {"desc": network_id, "fields": {}, "network_id": network_id}
    return {**usual, **said, "instance_id": instance_id(service, network_id)}


def _shaped(said: Any, shape: type[Any]) -> Any:
    try:
        return msgspec.convert(said, shape)
    except msgspec.ValidationError:
        return None


def _quoted(name: str) -> str:
    return quote(name, safe="")
