"""How much one person, and all together, may upload; and whether it is counted right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from teahouse import config
from tests.media.files import contents
from tests.media.test_address_first import created, fill
from tests.media.test_upload import UPLOAD, upload, uploaded
from tests.people import Person
from tests.server import Server


@pytest.fixture
def settings(settings: config.Config) -> config.Config:
    return replace(settings, media_quota_user_bytes=1_000, media_quota_bytes=1_500)


async def removed(server: Server) -> None:
    while not await server.teahouse.media.removal.sweep():
        await asyncio.sleep(0)


async def test_a_person_has_a_quota(alice: Person, bob: Person, server: Server) -> None:
    await uploaded(alice, b"a" * 600)
    (await upload(alice, b"b" * 401)).refused(403, "M_FORBIDDEN")
    path = await created(alice)
    (await fill(alice, path, b"b" * 401)).refused(403, "M_FORBIDDEN")
    (await fill(alice, path, b"b" * 400)).ok()
    (await upload(alice, b"c")).refused(403, "M_FORBIDDEN")
    (await upload(bob, b"c")).ok()


async def test_equal_content_counts_for_each_who_uploads_it_and_once_for_all(
    alice: Person, bob: Person, carol: Person
) -> None:
    await uploaded(alice, b"a" * 900)
    await uploaded(bob, b"a" * 900)
    (await upload(bob, b"a" * 900)).refused(403, "M_FORBIDDEN")
    (await upload(carol, b"c" * 601)).refused(403, "M_FORBIDDEN")
    (await upload(carol, b"c" * 600)).ok()


async def test_what_turns_out_to_be_too_much_is_not_kept(alice: Person, server: Server) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        yield b"a" * 1_001

    headers = {"Authorization": f"Bearer {alice.access_token}"}
    answer = await alice.http.post(UPLOAD, content=unannounced(), headers=headers)
    assert (answer.status_code, answer.json()["errcode"]) == (403, "M_FORBIDDEN")
    await removed(server)
    assert await contents(server) == []


async def test_many_at_once_do_not_get_past_the_quota(alice: Person, server: Server) -> None:
    answers = await asyncio.gather(*[upload(alice, bytes([65 + n]) * 300) for n in range(6)])
    assert sorted(answer.status for answer in answers) == [200] * 3 + [403] * 3
    await removed(server)
    assert len(await contents(server)) == 3


async def test_what_is_deleted_makes_room(alice: Person, server: Server) -> None:
    path = await uploaded(alice, b"a" * 1_000)
    (await upload(alice, b"b")).refused(403, "M_FORBIDDEN")
    assert await server.teahouse.media.purging.delete([path.partition("/")[2]]) == 1
    (await upload(alice, b"b" * 1_000)).ok()
