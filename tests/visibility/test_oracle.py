"""Random lives of rooms, read by everybody through every operation, and by a naive oracle."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from tests.keys.crypto import publish
from tests.people import Person, segment, sign_up
from tests.sliding.following import Following, everything
from tests.visibility.asking import Asking
from tests.visibility.doings import Doings
from tests.visibility.meeting import EXTENSIONS
from tests.visibility.walk import Walk

SEEDS = 4
SOAK_SEEDS = 1_000
STEPS = 44


async def live_and_compare(seed: int, owner: Person, others: list[Person], doings: Doings) -> None:
    dice = random.Random(seed)
    walk = await Walk(dice, owner, others, doings).begin()
    ignored: dict[str, set[str]] = {person.user_id: set() for person in others}
    if dice.randrange(3) == 0:
        ignored[others[0].user_id] = {others[1].user_id}
    await ignore(others[0], ignored[others[0].user_id])
    await walk.take_steps(STEPS // 2)
    then = (await walk.company(ignored)).now
    tokens = {person.user_id: await token_of(person) for person in (owner, *others)}
    following = {person.user_id: await followed(person) for person in (owner, *others)}
    await walk.take_steps(STEPS // 2)
    company = await walk.company(ignored)
    for person in (owner, *others):
        joined = set((await person.get("/joined_rooms")).ok()["joined_rooms"])
        asking = Asking(person, company, joined, walk.space_id, owner.user_id)
        await asking.everything()
        await asking.sync_since(tokens[person.user_id], then)
        await asking.sliding_since(following[person.user_id], then)
        assert not asking.wrong, f"seed {seed}: " + "\n".join(asking.wrong[:10])
    await walk.end()


async def token_of(person: Person) -> str:
    """Where the person's next sync begins."""
    token: str = (await person.get("/sync", timeout=0)).ok()["next_batch"]
    return token


async def followed(person: Person) -> Following:
    """On a connection of its own, which no other question ends."""
    following = Following(person, everything(100) | {"conn_id": "since", "extensions": EXTENSIONS})
    await following.next()
    return following


async def ignore(person: Person, ignored: set[str]) -> None:
    content: dict[str, Any] = {"ignored_users": {user_id: {} for user_id in ignored}}
    path = f"/user/{segment(person.user_id)}/account_data/m.ignored_user_list"
    (await person.put(path, content)).ok()


@pytest.mark.timeout(600)
async def test_everybody_is_shown_what_the_oracle_says_and_no_more(
    alice: Person, bob: Person, carol: Person
) -> None:
    dave = await sign_up(alice.http, "dave")
    for person in (alice, bob, carol, dave):
        await publish(person)
    doings = Doings()
    for seed in range(SEEDS):
        await live_and_compare(seed, alice, [bob, carol, dave], doings)


@pytest.mark.soak
@pytest.mark.skipif(not os.environ.get("TEAHOUSE_SOAK"), reason="takes hours")
@pytest.mark.timeout(0)
async def test_in_a_thousand_lives_everybody_is_shown_what_the_oracle_says(
    alice: Person,
) -> None:
    await publish(alice)
    doings = Doings()
    for group in range(0, SOAK_SEEDS, 10):
        others = [await sign_up(alice.http, f"person{group}of{n}") for n in range(3)]
        for person in others:
            await publish(person)
        for seed in range(group, group + 10):
            await live_and_compare(SEEDS + seed, alice, others, doings)
