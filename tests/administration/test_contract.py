"""Our own contract and the routes say the same; all of the administration is the operator's."""

from __future__ import annotations

import re

from teahouse.admin.local_api import LocalApi
from teahouse.backup.snapshot import go_on
from teahouse.kit.http import Access
from teahouse.kit.http.long_work import LongWork
from tests.administration.operators import V1
from tests.own_contract import PREFIX, own_operations
from tests.people import Person
from tests.server import Server


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "x", path)


async def test_the_contract_describes_each_route_and_no_other(server: Server) -> None:
    routes = [r for r in server.teahouse.routes() if r.path.startswith(PREFIX)]
    local = LocalApi(server.teahouse, LongWork(), go_on).routes()
    described = {(o.method, o.path, o.name, o.is_local) for o in own_operations()}
    assert described == {
        (route.method, route.path, route.operation, is_local)
        for of_one_door, is_local in ((routes, False), (local, True))
        for route in of_one_door
    }
    assert all(r.access is Access.ADMIN for r in routes if r.path.startswith(V1))


async def test_only_who_administers_may_administer(alice: Person, server: Server) -> None:
    for operation in own_operations():
        if operation.path.startswith(V1):
            path = filled(operation.path)
            if operation.is_local:
                (await alice.call(operation.method, path)).refused(404, "M_UNRECOGNIZED")
                continue
            (await alice.call(operation.method, path)).refused(403, "M_FORBIDDEN")
            anonymous = Person(alice.http)
            (await anonymous.call(operation.method, path)).refused(401, "M_MISSING_TOKEN")
