"""Operations on third-party networks, and on the rooms that a service lists of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from teahouse.homeserver.appservices import store
from teahouse.homeserver.appservices.networks import Networks
from teahouse.kit.errors import Refused, forbidden, invalid_param, not_found
from teahouse.kit.http import Request, Route
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.protocol.identifiers import is_room_id

V3 = "/_matrix/client/v3"
MAX_ROOMS = 10_000
MAX_NETWORK_BYTES = 255
OWN_PARAMETERS = ("access_token", "user_id", "device_id", "org.matrix.msc3202.device_id")


class Listed(msgspec.Struct):
    visibility: Literal["public", "private"]


class NetworksApi:
    def __init__(self, networks: Networks, log: LogWriter) -> None:
        self._networks = networks
        self._log = log

    def routes(self) -> Sequence[Route]:
        third = V3 + "/thirdparty"
        listed = V3 + "/directory/list/appservice/{networkId}/{roomId}"
        return [
            Route("GET", third + "/protocols", self.getProtocols),
            Route("GET", third + "/protocol/{protocol}", self.getProtocolMetadata),
            Route("GET", third + "/location/{protocol}", self.queryLocationByProtocol),
            Route("GET", third + "/user/{protocol}", self.queryUserByProtocol),
            Route("GET", third + "/location", self.queryLocationByAlias),
            Route("GET", third + "/user", self.queryUserByID),
            Route("PUT", listed, self.updateAppserviceRoomDirectoryVisibility),
            Route("DELETE", listed, self.deleteAppserviceRoomDirectoryVisibility),
        ]

    async def getProtocols(self, _request: Request) -> Any:
        return await self._networks.protocols()

    async def getProtocolMetadata(self, request: Request) -> Any:
        found = await self._networks.protocol(request["protocol"])
        if found is None:
            raise not_found("No network of this protocol is known here")
        return found

    async def queryLocationByProtocol(self, request: Request) -> Any:
        return _some(await self._networks.locations(request["protocol"], _passed_on(request)))

    async def queryUserByProtocol(self, request: Request) -> Any:
        return _some(await self._networks.users(request["protocol"], _passed_on(request)))

    async def queryLocationByAlias(self, request: Request) -> Any:
        query = urlencode({"alias": request.required_query("alias")})
        return _some(await self._networks.locations(None, query))

    async def queryUserByID(self, request: Request) -> Any:
        query = urlencode({"userid": request.required_query("userid")})
        return _some(await self._networks.users(None, query))

    async def updateAppserviceRoomDirectoryVisibility(self, request: Request) -> Any:
        is_public = (await request.json(Listed)).visibility == "public"
        return await self._set_listed(request, _list if is_public else store.unlist_room)

    async def deleteAppserviceRoomDirectoryVisibility(self, request: Request) -> Any:
        """Not of the specification: what bridges do that were written for other servers."""
        return await self._set_listed(request, store.unlist_room)

    async def _set_listed(self, request: Request, change: Callable[..., None]) -> bytes:
        service = request.requester.service
        if service is None:
            raise forbidden("Only an application service may do this")
        network_id, room_id = request["networkId"], request["roomId"]
        if not is_room_id(room_id) or len(network_id.encode()) > MAX_NETWORK_BYTES:
            raise invalid_param("This names no network, or no room")
        await self._log.submit(
            partial(change, service_id=service.id, network_id=network_id, room_id=room_id)
        )
        return b"{}"


def _list(tx: WriteTx, service_id: str, network_id: str, room_id: str) -> None:
    if store.count_rooms(tx, service_id) >= MAX_ROOMS:
        raise Refused("M_TOO_LARGE", f"An application service lists at most {MAX_ROOMS} rooms")
    store.list_room(tx, service_id, network_id, room_id)


def _passed_on(request: Request) -> str:
    """The fields that the network is asked by: all parameters but those for this server."""
    fields = [(name, value) for name, value in request.queries() if name not in OWN_PARAMETERS]
    return urlencode(fields)


def _some(found: Sequence[Any]) -> Sequence[Any]:
    if not found:
        raise not_found("Nothing was found in the network")
    return found
