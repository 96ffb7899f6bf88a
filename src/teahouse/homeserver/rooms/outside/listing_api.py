"""Operations that list the published rooms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Protocol

import msgspec

from teahouse.homeserver.rooms.outside.listing import (
    Listing,
    Place,
    RoomsOfNetwork,
    Wanted,
    listing,
    published_rooms,
)
from teahouse.homeserver.rooms.outside.sizes import RoomSizes
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import invalid_param, not_found
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.shapes import Name, ShortText
from teahouse.protocol import identifiers

PATH = "/_matrix/client/v3/publicRooms"
DEFAULT_LIMIT = 100
MOST = 500
MAX_TYPES = 100


class Filter(msgspec.Struct):
    generic_search_term: ShortText | None = None
    room_types: Annotated[list[Name | None], msgspec.Meta(max_length=MAX_TYPES)] | None = None


class Query(msgspec.Struct):
    limit: int | None = None
    since: str | None = None
    filter: Filter | None = None
    include_all_networks: bool | Literal["true", "false"] = False
    third_party_instance_id: ShortText | None = None


class Networks(Protocol):
    """Rooms that application services list as those of the networks that they bridge to."""

    def rooms_of_network(self, tx: ReadTx, instance_id: str) -> Sequence[str]: ...
    def rooms_of_networks(self, tx: ReadTx) -> Sequence[str]: ...


class RoomListingApi:
    def __init__(
        self, database: Database, server_name: str, networks: Networks, sizes: RoomSizes
    ) -> None:
        self._database = database
        self._sizes = sizes
        self._networks = networks
        self._server_name = server_name

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", PATH, self.getPublicRooms, Access.OPTIONAL, limit="directory"),
            Route("POST", PATH, self.queryPublicRooms, Access.GUEST, limit="directory"),
        ]

    async def getPublicRooms(self, request: Request) -> Any:
        self._check_server(request)
        asked = Query(limit=request.query_int("limit", 0), since=request.query("since"))
        return await self._listing(_wanted(asked), None)

    async def queryPublicRooms(self, request: Request) -> Any:
        self._check_server(request)
        asked = await request.json(Query)
        return await self._listing(_wanted(asked), self._network(asked))

    async def _listing(self, wanted: Wanted, network: RoomsOfNetwork | None) -> Listing:
        reading = self._sizes.begin()
        found = await self._database.read(listing, wanted, reading.sizes, network)
        self._sizes.end(reading)
        return found

    def _network(self, asked: Query) -> RoomsOfNetwork | None:
        """None for the rooms of this server that belong to no other network."""
        instance_id, networks = asked.third_party_instance_id, self._networks
        is_all = asked.include_all_networks in (True, "true")
        if instance_id:
            if is_all:
                raise invalid_param("Ask for all networks or for one")
            return lambda tx: networks.rooms_of_network(tx, instance_id)
        if is_all:
            return lambda tx: list({*published_rooms(tx), *networks.rooms_of_networks(tx)})
        return None

    def _check_server(self, request: Request) -> None:
        server = request.query("server")
        if not server or server == self._server_name:
            return
        if not identifiers.is_server_name(server):
            raise invalid_param("server is not a server name")
        raise not_found("This server knows the rooms of no other")


def _wanted(asked: Query) -> Wanted:
    """No limit, or one of 0, is the usual one. Errors: M_INVALID_PARAM."""
    limit = asked.limit or DEFAULT_LIMIT
    if limit < 0:
        raise invalid_param("limit must be at least 0")
    filter = asked.filter or Filter()
    types = filter.room_types
    return Wanted(
        limit=min(limit, MOST),
        since=Place.parse(asked.since) if asked.since else None,
        term=filter.generic_search_term or "",
        room_types=None if types is None else frozenset(types),
    )
