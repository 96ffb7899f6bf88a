"""What the server answers beside the specification's operations: to whom."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from teahouse.kit.http import Access, Route
from tests.contract import operations
from tests.hostile.weird import anything
from tests.operations.scene import PART, Scene
from tests.people import Answer, Person, segment
from tests.server import Server
from tools.matrix_table import shape_of

WITHOUT_A_TOKEN = {
    "health",
    "metrics",
    "getRegistrationNonce",
    "registerBySecret",
    "showConfirmation",
    "confirm",
    "showStage",
    "passStage",
    "exchangeOpenIdToken",
    "getRoomSummary",
    "updateDelayedEvent",
}
"""They are for everybody, or what they are given is itself the proof."""
BODIES = 8


def own_routes(server: Server) -> Sequence[Route]:
    shapes = {shape_of(operation.method, operation.path) for operation in operations()}
    found = [r for r in server.teahouse.routes() if shape_of(r.method, r.path) not in shapes]
    assert len(found) > 20
    return found


async def ask(scene: Scene, route: Route, who: str, body: bytes = b"{}") -> Answer:
    parts = {"user_id": "userId", "room_id": "roomId", "event_id": "eventId"}
    values = {name: scene.values[value] for name, value in parts.items()}
    path = PART.sub(lambda found: segment(values.get(found[1], "x")), route.path)
    if "/auth/" in route.path or "/_teahouse/client/" in route.path:
        return await page(scene.people[who], route.method, path, body)
    caller: Person = scene.people[who]
    return await caller.call(route.method, path, None if route.method == "GET" else body)


async def page(caller: Person, method: str, path: str, body: bytes) -> Answer:
    """What people see in a browser, errors too."""
    answer = await caller.http.request(method, path, content=None if method == "GET" else body)
    return Answer(answer.status_code, answer.content, answer.headers)


async def test_each_asks_for_a_token_unless_it_is_listed(scene: Scene, server: Server) -> None:
    for route in own_routes(server):
        if route.operation not in WITHOUT_A_TOKEN:
            (await ask(scene, route, "anonymous")).refused(401, "M_MISSING_TOKEN")


async def test_what_is_for_admins_is_refused_to_everybody_else(
    scene: Scene, server: Server
) -> None:
    for_admins = [route for route in own_routes(server) if "/admin/" in route.path]
    assert len(for_admins) > 10
    for route in for_admins:
        if route.operation in WITHOUT_A_TOKEN:
            continue
        assert route.access is Access.ADMIN, route
        for role in ("owner", "stranger", "banned"):
            (await ask(scene, route, role)).refused(403, "M_FORBIDDEN")
        allowed = await ask(scene, route, "admin", b"[]")
        assert allowed.status not in (401, 403), (route, allowed.body)


async def test_no_body_breaks_them(scene: Scene, server: Server) -> None:
    dice = random.Random(5)
    for route in own_routes(server):
        for who in ("owner", "admin"):
            for _ in range(BODIES):
                body = json.dumps(anything(dice)).encode()
                answer = await ask(scene, route, who, body)
                assert answer.status < 500, (route, body, answer.body)
