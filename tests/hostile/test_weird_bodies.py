"""Bodies of wrong kinds, for every operation, from many people at once."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace

import httpx
import pytest

from teahouse import config
from tests.contract import Operation, operations
from tests.hostile.weird import anything, twisted
from tests.operations.calls import CALLS, Call
from tests.operations.scene import SECRET, Scene, filled, path_of
from tests.people import Person

BODIES = 12
ROLES = ("owner", "joined", "stranger", "admin")
ENDS_THE_SESSION = ("logout", "logout_all")


@pytest.fixture
def settings(settings: config.Config) -> config.Config:
    return replace(settings, registration_shared_secret=SECRET)


@pytest.fixture
async def scene(http: httpx.AsyncClient) -> Scene:
    return await Scene(http).begin()


async def test_no_body_of_any_shape_breaks_any_operation(scene: Scene) -> None:
    dice = random.Random(7)
    for operation in operations():
        if operation.body is not None and operation.name not in ENDS_THE_SESSION:
            people = [scene.people[dice.choice(ROLES)] for _ in range(BODIES)]
            await asyncio.gather(*(send(scene, operation, one, dice) for one in people))
    (await scene.people["owner"].get("/account/whoami")).ok()


async def send(scene: Scene, operation: Operation, caller: Person, dice: random.Random) -> None:
    values = {"self": caller.user_id, **scene.values}
    call = CALLS.get(operation.name, Call())
    known = {**fields(operation, dice), **(filled(call.body, values) or {})}
    body = twisted(dice, known)
    encoded = json.dumps(body).encode()
    answer = await caller.call(operation.method, path_of(operation, call, values), encoded)
    assert answer.status < 500, (operation.name, body, answer.body)


def fields(operation: Operation, dice: random.Random) -> dict[str, object]:
    """Those of the schema, with anything in them."""
    properties = (operation.body or {}).get("properties", {})
    return {name: anything(dice) for name in sorted(properties) if dice.random() < 0.3}
