"""Uploads that are deleted, and files that follow them when nothing else uses them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from teahouse import config
from teahouse.homeserver.accounts import pictures_in_use as people_in_use
from teahouse.homeserver.media import purging
from teahouse.homeserver.rooms.upkeep import pictures_in_use as rooms_in_use
from teahouse.kit.clock import ManualClock
from tests.media.files import contents, thumbnails
from tests.media.pictures import picture
from tests.media.test_address_first import created, fill
from tests.media.test_thumbnail import thumbnail
from tests.media.test_upload import uploaded
from tests.people import Person, client_of, segment, sign_up
from tests.server import Server, running

DOWNLOAD = "/_matrix/client/v1/media/download"
DAY_MS = 86_400_000


def media_id(path: str) -> str:
    return path.partition("/")[2]


async def removed(server: Server) -> None:
    """Until all files are gone that may go."""
    while not await server.teahouse.media.removal.sweep():
        await asyncio.sleep(0)


async def test_a_deleted_upload_is_gone_and_its_file_stays_while_another_has_it(
    alice: Person, bob: Person, server: Server
) -> None:
    mine, yours = await uploaded(alice, b"the same tea"), await uploaded(bob, b"the same tea")
    deleted = await server.teahouse.media.purging.delete([media_id(mine), "never-there"])
    assert deleted == 1
    await removed(server)
    (await alice.get(f"{DOWNLOAD}/{mine}")).refused(404, "M_NOT_FOUND")
    assert (await alice.get(f"{DOWNLOAD}/{yours}")).ok().body == b"the same tea"
    (await fill(alice, mine)).refused(404, "M_NOT_FOUND")
    await server.teahouse.media.purging.delete([media_id(yours)])
    await removed(server)
    assert await contents(server) == []


async def test_all_of_a_person_is_deleted_with_thumbnails_and_empty_addresses(
    alice: Person, bob: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "ROWS_A_CHANGE", 2)
    paths = [await uploaded(alice, f"tea {n}".encode()) for n in range(5)]
    shown = await uploaded(alice, picture(500, 500, "JPEG"), "image/jpeg")
    (await thumbnail(alice, shown, 32, 32, method="crop")).ok()
    (await thumbnail(alice, shown, 9_999, 9_999)).ok()
    empty = await created(alice)
    kept = await uploaded(bob, b"bob's tea")
    assert await server.teahouse.media.purging.delete_of_user(alice.user_id) == 6
    await removed(server)
    for path in [*paths, shown, empty]:
        (await bob.get(f"{DOWNLOAD}/{path}", timeout_ms=0)).refused(404, "M_NOT_FOUND")
    (await bob.get(f"{DOWNLOAD}/{kept}")).ok()
    assert len(await contents(server)) == 1
    assert await thumbnails(server) == []


async def test_nothing_is_removed_while_deletions_are_paused(alice: Person, server: Server) -> None:
    media = server.teahouse.media
    path = await uploaded(alice, b"tea")
    async with media.deletions_paused():
        async with media.deletions_paused():
            await media.purging.delete([media_id(path)])
        assert not await media.removal.sweep()
        (await alice.get(f"{DOWNLOAD}/{path}")).refused(404, "M_NOT_FOUND")
        assert len(await contents(server)) == 1
        again = await uploaded(alice, b"tea")
    await removed(server)
    assert (await alice.get(f"{DOWNLOAD}/{again}")).ok().body == b"tea"


async def test_content_that_is_being_uploaded_again_is_not_removed(
    alice: Person, server: Server
) -> None:
    """Its file is there already, and its row is not: the moment between the two."""
    media = server.teahouse.media
    path = await uploaded(alice, b"tea")
    (name,) = await contents(server)
    async with media.removal._holds.keeping(name):
        await media.purging.delete([media_id(path)])
        assert not await media.removal.sweep()
        assert await contents(server) == [name]
    await removed(server)
    assert await contents(server) == []


async def test_who_uploads_while_the_file_is_removed_keeps_it_anew(
    alice: Person, server: Server
) -> None:
    media = server.teahouse.media
    await uploaded(alice, b"tea")
    (name,) = await contents(server)
    with media.removal._holds.leaving(name) as is_free:
        assert is_free
        upload = asyncio.create_task(uploaded(alice, b"tea"))
        with media.removal._holds.leaving(name) as is_free_too:
            assert not is_free_too
        await media.contents.delete([name])
        assert not upload.done()
    assert (await alice.get(f"{DOWNLOAD}/{await upload}")).ok().body == b"tea"


async def test_files_that_a_crash_left_are_removed_at_the_next_start(
    settings: config.Config,
) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        path = await uploaded(alice, b"tea")
        await server.teahouse.media.removal.stop()
        await server.teahouse.media.purging.delete([media_id(path)])
        assert len(await contents(server)) == 1
    async with running(settings) as server:
        async with asyncio.timeout(10):
            while await contents(server):
                await asyncio.sleep(0.01)


@pytest.fixture
async def long_running(
    settings: config.Config,
) -> AsyncIterator[tuple[Server, ManualClock, Person]]:
    clock = ManualClock()
    settings = replace(settings, media_unused_days=30)
    async with running(settings, clock) as server, client_of(server.url) as http:
        yield server, clock, await sign_up(http, "alice")


async def test_what_nobody_reads_goes_by_the_policy(
    long_running: tuple[Server, ManualClock, Person],
) -> None:
    server, clock, alice = long_running
    unread, read = await uploaded(alice, b"unread"), await uploaded(alice, b"read")
    clock.advance(20 * DAY_MS)
    (await alice.get(f"{DOWNLOAD}/{read}")).ok()
    await server.teahouse.media.upkeep()
    clock.advance(20 * DAY_MS)
    await server.teahouse.media.upkeep()
    (await alice.get(f"{DOWNLOAD}/{unread}")).refused(404, "M_NOT_FOUND")
    (await alice.get(f"{DOWNLOAD}/{read}")).ok()
    clock.advance(DAY_MS)
    assert await server.teahouse.media.purging.delete_unread(days=50) == 0
    assert await server.teahouse.media.purging.delete_unread(days=20) == 1


async def test_a_read_is_written_once_a_day(
    long_running: tuple[Server, ManualClock, Person],
) -> None:
    server, clock, alice = long_running
    path = await uploaded(alice, b"tea")
    noted = server.teahouse.media._last_access._noted
    (await alice.get(f"{DOWNLOAD}/{path}")).ok()
    assert noted == set()
    clock.advance(DAY_MS)
    (await alice.get(f"{DOWNLOAD}/{path}")).ok()
    assert noted == {media_id(path)}
    await server.teahouse.media.upkeep()
    (await alice.get(f"{DOWNLOAD}/{path}")).ok()
    assert noted == set()


async def test_pictures_that_people_and_rooms_show_are_in_use(
    long_running: tuple[Server, ManualClock, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms_in_use, "ROOMS_A_PAGE", 1)
    monkeypatch.setattr(people_in_use, "PROFILES_A_PAGE", 1)
    server, clock, alice = long_running
    bob = await sign_up(alice.http, "bob")
    path = f"/profile/{segment(alice.user_id)}/avatar_url"
    own, older, room, other = [await uploaded(alice, f"{n}".encode()) for n in range(4)]
    for shown in (older, own):
        (await alice.put(path, {"avatar_url": f"mxc://{shown}"})).ok()
    await bob.put(f"/profile/{segment(bob.user_id)}/displayname", {"displayname": "Bob"})
    for content in ({"url": f"mxc://{other}"}, {"url": f"mxc://{room}"}, {"url": 5}, None):
        room_id = await alice.create_room()
        if content is not None:
            (await alice.set_state(room_id, "m.room.avatar", content)).ok()
    (await alice.set_state(room_id, "m.room.avatar", {"url": "mxc://elsewhere.example/x"})).ok()
    clock.advance(40 * DAY_MS)
    await server.teahouse.media.upkeep()
    for kept in (own, room, other):
        (await alice.get(f"{DOWNLOAD}/{kept}")).ok()
    (await alice.get(f"{DOWNLOAD}/{older}")).refused(404, "M_NOT_FOUND")


async def test_files_that_no_row_knows_are_removed_and_those_on_their_way_are_not(
    alice: Person, server: Server
) -> None:
    media = server.teahouse.media
    path = await uploaded(alice, b"tea")
    (known,) = await contents(server)
    stray, arriving = "a" * 64, "b" * 64
    for name in (stray, arriving):
        await media.contents.put(name, b"stray")
    async with media.removal._holds.keeping(arriving):
        await media.removal.find_strays()
        assert not await media.removal.sweep()
        assert await contents(server) == sorted([known, arriving])
    await removed(server)
    assert await contents(server) == [known]
    (await alice.get(f"{DOWNLOAD}/{path}")).ok()
