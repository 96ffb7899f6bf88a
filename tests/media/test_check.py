"""`check` compares what is counted of media with what there is, and looks for each file."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from teahouse import config
from teahouse.homeserver.media.check import file_problems, problems
from teahouse.homeserver.media.tables import media, media_content, media_total, media_usage
from teahouse.kit.objects import open_objects
from tests.admin.command import CommandLine
from tests.media.files import contents
from tests.media.test_address_first import created, fill
from tests.media.test_upload import uploaded
from tests.people import Person, client_of, sign_up
from tests.server import Server, running


async def fill_library(alice: Person, bob: Person, server: Server) -> None:
    """Something of everything."""
    library = server.teahouse.media
    gone = [await uploaded(alice, b"the same tea"), await uploaded(alice, b"gone")]
    await uploaded(bob, b"the same tea")
    await uploaded(bob, b"bob's tea")
    await fill(alice, await created(alice), b"later tea")
    await library.purging.delete([path.partition("/")[2] for path in gone])
    while not await library.removal.sweep():
        await asyncio.sleep(0)


async def counted(server: Server) -> list[str]:
    return await server.teahouse.database.read(lambda tx: list(problems(tx)))


async def of_files(server: Server, *, deep: bool) -> list[str]:
    teahouse = server.teahouse
    found = file_problems(teahouse.database, teahouse.media.contents, deep=deep)
    return [problem async for problem in found]


async def test_all_is_well_after_ordinary_use(alice: Person, bob: Person, server: Server) -> None:
    await fill_library(alice, bob, server)
    assert await counted(server) == []
    assert await of_files(server, deep=True) == []


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (sa.update(media_content).values(uses=media_content.c.uses + 1), {"found 1"}),
        (sa.delete(media_content), {"is used and not counted", "counted 9"}),
        (sa.update(media_usage).values(size_bytes=3), {"@alice:localhost has 9", "counted 3"}),
        (sa.delete(media_usage), {"@bob:localhost has 21 bytes, not counted"}),
        (sa.update(media_total).values(size_bytes=1), {"counted 1"}),
        (sa.delete(media), {"found 0", "@bob:localhost has 0"}),
    ],
)
async def test_what_is_counted_wrong_is_named(
    alice: Person, bob: Person, server: Server, change: sa.Update | sa.Delete, sentences: set[str]
) -> None:
    await fill_library(alice, bob, server)
    await server.teahouse.log.submit(lambda tx: tx.run(change) and None)
    found = "\n".join(await counted(server))
    assert all(sentence in found for sentence in sentences), found


async def test_a_file_that_is_gone_short_or_another_is_named(
    alice: Person, bob: Person, server: Server
) -> None:
    await fill_library(alice, bob, server)
    gone, short, another = await contents(server)
    files = server.teahouse.media.contents
    size_bytes = await files.size_bytes(another)
    assert size_bytes is not None
    await files.delete([gone])
    await files.put(short, b"t")
    await files.put(another, bytes(size_bytes))
    quick = "\n".join(await of_files(server, deep=False))
    assert f"{gone} is not there" in quick
    assert f"{short} has 1 bytes, not" in quick
    assert another not in quick
    assert f"{another} is not what was uploaded" in "\n".join(await of_files(server, deep=True))


async def test_the_command_looks_for_files(settings: config.Config) -> None:
    operator = CommandLine(settings.data, settings.database)
    where = ("--objects", settings.objects) if settings.objects else ()
    async with running(settings) as server, client_of(server.url) as http:
        await uploaded(await sign_up(http, "alice"), b"tea")
        (name,) = await contents(server)
    assert operator.admin("check", *where).ok().out == "All is well\n"
    files = open_objects(settings.objects, settings.data / "media", "content")
    await files.put(name, b"eat")
    assert operator.admin("check", *where).ok().out == "All is well\n"
    told = operator.admin("check", "--deep", *where)
    assert (told.code, told.out) == (1, f"media: the file {name} is not what was uploaded\n")
    await files.delete([name])
    told = operator.admin("check", *where)
    assert (told.code, told.out) == (1, f"media: the file {name} is not there\n")
    files.close()
