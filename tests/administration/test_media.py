"""Uploads that the operator deletes are gone for everybody."""

from __future__ import annotations

from tests.administration.operators import V1
from tests.people import Person, segment


async def upload(person: Person, content: bytes) -> str:
    answer = await person.call("POST", "/_matrix/media/v3/upload", content)
    address: str = answer.ok()["content_uri"]
    return address.removeprefix("mxc://")


async def is_there(person: Person, media: str) -> bool:
    return (await person.get(f"/_matrix/client/v1/media/download/{media}")).status == 200


async def test_media_is_deleted_by_address_and_by_person(
    olga: Person, alice: Person, bob: Person
) -> None:
    tea, cake, milk = [await upload(alice, content) for content in (b"tea", b"cake", b"milk")]
    bobs = await upload(bob, b"tea")
    assert (await olga.delete(f"{V1}/media/{tea}")).ok()["deleted"] == 1
    (await olga.delete(f"{V1}/media/{tea}")).refused(404, "M_NOT_FOUND")
    (await olga.delete(f"{V1}/media/elsewhere/{'x' * 24}")).refused(400, "M_INVALID_PARAM")
    found = [await is_there(alice, media) for media in (tea, cake, milk, bobs)]
    assert found == [False, True, True, True]
    path = f"{V1}/users/{segment(alice.user_id)}/media"
    assert (await olga.delete(path)).ok()["deleted"] == 2
    found = [await is_there(alice, media) for media in (cake, milk, bobs)]
    assert found == [False, False, True]


async def test_what_was_read_lately_is_not_purged(olga: Person, alice: Person) -> None:
    tea = await upload(alice, b"tea")
    assert (await olga.post(f"{V1}/media/purge", {"unused_days": 1})).ok()["deleted"] == 0
    (await olga.post(f"{V1}/media/purge", {"unused_days": 0})).refused(400, "M_BAD_JSON")
    assert await is_there(alice, tea)
