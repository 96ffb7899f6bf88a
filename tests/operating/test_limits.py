"""Limits on what is kept: as much as may be works, one more is refused, and nothing of it stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from teahouse.homeserver.accountdata import service as account_data
from teahouse.homeserver.accounts import invitations
from teahouse.homeserver.keys import backup
from teahouse.homeserver.rooms.outside import addresses
from teahouse.homeserver.rooms.writing import append, creation
from tests.administration.operators import V1, an_operator
from tests.keys.test_backup import ALGORITHM, AUTH_DATA, ROOM, key, new_backup
from tests.keys.test_backup import put as put_key
from tests.people import Answer, Person, segment
from tests.server import Server


@dataclass
class Subject:
    """What somebody fills up."""

    more: Callable[[int], Awaitable[Answer]]
    """Asks for the nth piece."""
    there: Callable[[], Awaitable[Any]]
    """What one finds of it."""


Subjects = Callable[[Person], Awaitable[Subject]]


async def state_of_a_room(alice: Person) -> Subject:
    room_id = await alice.create_room()

    async def there() -> Any:
        state = (await alice.get(f"/rooms/{segment(room_id)}/state")).ok().body
        return {event["event_id"] for event in state}

    return Subject(lambda n: alice.set_state(room_id, "x.tea", {"n": n}, f"{n}"), there)


async def members_of_a_room(alice: Person) -> Subject:
    """They are state as well."""
    room_id = await alice.create_room()
    path = f"/rooms/{segment(room_id)}"

    async def there() -> Any:
        members = (await alice.get(f"{path}/members")).ok()["chunk"]
        return {event["event_id"] for event in members}

    return Subject(lambda n: alice.post(f"{path}/invite", {"user_id": f"@guest{n}:away"}), there)


async def names_of_a_room(alice: Person) -> Subject:
    room_id = await alice.create_room()

    async def there() -> Any:
        return (await alice.get(f"/rooms/{segment(room_id)}/aliases")).ok().body

    def more(n: int) -> Awaitable[Answer]:
        alias = segment(f"#limit{n}:localhost")
        return alice.put(f"/directory/room/{alias}", {"room_id": room_id})

    return Subject(more, there)


async def people_invited_at_once(alice: Person) -> Subject:
    async def there() -> Any:
        return (await alice.get("/joined_rooms")).ok().body

    def more(n: int) -> Awaitable[Answer]:
        return alice.post("/createRoom", {"invite": [f"@guest{each}:away" for each in range(n)]})

    return Subject(more, there)


async def pieces_of_account_data(alice: Person) -> Subject:
    path = f"/user/{segment(alice.user_id)}/account_data"

    async def there() -> Any:
        return (await alice.get("/sync")).ok()["account_data"]

    return Subject(lambda n: alice.put(f"{path}/x.limit{n}", {"size": "16 bytes"}), there)


async def backups_of_keys(alice: Person) -> Subject:
    async def there() -> Any:
        return (await alice.get("/room_keys/version")).body

    body = {"algorithm": ALGORITHM, "auth_data": AUTH_DATA}
    return Subject(lambda n: alice.post("/room_keys/version", body), there)


async def keys_of_a_backup(alice: Person) -> Subject:
    version = await new_backup(alice)

    async def there() -> Any:
        kept = (await alice.get("/room_keys/keys", version=version)).ok().body
        return kept, (await alice.get(f"/room_keys/version/{version}")).ok().body

    return Subject(lambda n: put_key(alice, version, key(), ROOM, f"session{n}"), there)


async def registration_tokens(olga: Person) -> Subject:
    async def there() -> Any:
        return (await olga.get(f"{V1}/registration_tokens")).ok().body

    return Subject(lambda n: olga.post(f"{V1}/registration_tokens", {}), there)


TOO_LARGE = 413, "M_TOO_LARGE"
LIMITS: list[tuple[object, str, int, int, Subjects, tuple[int, str]]] = [
    # module, constant, what it is set to, how many fit then, what is filled, how it is refused
    (append, "MAX_STATE_KEYS", 9, 3, state_of_a_room, TOO_LARGE),
    (append, "MAX_STATE_KEYS", 9, 3, members_of_a_room, TOO_LARGE),
    (addresses, "MAX_ALIASES_OF_ROOM", 2, 2, names_of_a_room, TOO_LARGE),
    (creation, "MAX_INVITES", 2, 2, people_invited_at_once, (400, "M_INVALID_PARAM")),
    (account_data, "MAX_PIECES", 2, 2, pieces_of_account_data, TOO_LARGE),
    (account_data, "MAX_BYTES", 50, 2, pieces_of_account_data, TOO_LARGE),
    (backup, "MAX_VERSIONS", 2, 2, backups_of_keys, TOO_LARGE),
    (backup, "MAX_KEYS", 2, 2, keys_of_a_backup, TOO_LARGE),
    (invitations, "MAX_TOKENS", 2, 2, registration_tokens, TOO_LARGE),
]


@pytest.mark.parametrize(
    ("module", "constant", "most", "fit", "subject_of", "refusal"),
    LIMITS,
    ids=[f"{constant}-{subject.__name__}" for _, constant, _, _, subject, _ in LIMITS],
)
async def test_so_much_and_no_more(
    server: Server,
    http: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    constant: str,
    most: int,
    fit: int,
    subject_of: Subjects,
    refusal: tuple[int, str],
) -> None:
    subject = await subject_of(await an_operator(server, http))
    monkeypatch.setattr(module, constant, most)
    for n in range(1, fit + 1):
        (await subject.more(n)).ok()
    full = await subject.there()
    (await subject.more(fit + 1)).refused(*refusal)
    assert await subject.there() == full
    # Who is refused once is not locked out of what there is room for.
    monkeypatch.setattr(module, constant, 2 * most)
    (await subject.more(fit + 1)).ok()
    assert await subject.there() != full
