"""A backup is whole or it is none; a restore goes into an empty place, and changes nothing else."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from teahouse import config
from teahouse.admin.client import AdminClient
from teahouse.admin.socket import AdminSocket
from teahouse.backup import making, soundness
from teahouse.backup.snapshot import go_on
from teahouse.kit.database import Database, database_url, metadata
from tests.admin.command import CommandLine
from tests.object_storage import new_bucket
from tests.operating.conftest import new_postgres_database
from tests.people import Person, client_of, sign_up
from tests.process import ServerProcess
from tests.server import running

CHANGED_BY_A_RESTORE = {"log_head", "log_commit", "one_time_key", "key_pool", "sliding_connection"}
LAST = ("last_seen_", "accessed_")
CHANGED_BY_A_START = {"room_typing", "search_progress", "search_posting"}


def contents(place: CommandLine) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    database = Database(database_url(place.database_url, place.data))
    try:
        with database.snapshot() as tx:
            return {
                name: sorted((tuple(row) for row in tx.all(sa.select(*of(table)))), key=repr)
                for name, table in metadata.tables.items()
                if name not in CHANGED_BY_A_RESTORE | CHANGED_BY_A_START
            }
    finally:
        database.close()


def of(table: sa.Table) -> list[sa.Column[object]]:
    """Without what is written when a server stops."""
    return [column for column in table.columns if not column.name.startswith(LAST)]


async def some_life(url: str) -> tuple[Person, str, str]:
    async with client_of(url) as http:
        alice, bob = await sign_up(http, "alice"), await sign_up(http, "bob")
        room_id = await alice.create_room(name="茶馆", preset="public_chat")
        await bob.join(room_id)
        await alice.say(room_id, "the kettle is on")
        await bob.put(f"/profile/{bob.user_id}/displayname", {"displayname": "Bob 波"})
        upload = await alice.call("POST", "/_matrix/media/v3/upload", b"a leaf of tea")
        address = upload.ok()["content_uri"]
        return alice, room_id, address


async def a_backup(place: CommandLine, folder: Path) -> tuple[Person, str, str]:
    server = ServerProcess(place.data, *place.flags).wait_until_ready()
    try:
        known = await some_life(server.url)
        made = place.admin("backup", str(folder))
        assert made.code == 0, made.err
        assert f"{folder}: " in made.out
        assert "1 media files" in made.out
    finally:
        assert server.stop() == 0
    return known


async def test_what_is_restored_is_what_was_there(
    operator: CommandLine, elsewhere: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    alice, room_id, address = await a_backup(operator, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert elsewhere.admin("restore", str(folder)).code == 0
    assert contents(elsewhere) == contents(operator)
    elsewhere.admin("check").ok()
    server = ServerProcess(elsewhere.data, *elsewhere.flags).wait_until_ready()
    try:
        async with client_of(server.url) as http:
            alice.http = http
            said = (await alice.get(f"/rooms/{room_id}/messages", dir="b")).ok()["chunk"]
            assert "the kettle is on" in [e["content"].get("body") for e in said]
            media = address.removeprefix("mxc://")
            found = (await alice.get(f"/_matrix/client/v1/media/download/{media}")).ok()
            assert found.body == b"a leaf of tea"
            refused = elsewhere.admin("restore", str(folder))
            assert "a server runs on this folder" in refused.err
    finally:
        assert server.stop() == 0
    elsewhere.admin("restore", str(folder)).refused("there is a database already")


async def test_a_server_moves_from_one_database_to_the_other_and_back(
    tmp_path: Path, postgres: str
) -> None:
    first = CommandLine(tmp_path / "first", "")
    await a_backup(first, tmp_path / "one")
    with new_postgres_database(postgres) as url:
        second = CommandLine(tmp_path / "second", url)
        assert second.admin("restore", str(tmp_path / "one")).code == 0
        assert contents(second) == contents(first)
        assert second.admin("backup", str(tmp_path / "two")).code == 0
    third = CommandLine(tmp_path / "third", "")
    assert third.admin("restore", str(tmp_path / "two")).code == 0
    assert contents(third) == contents(first)


async def test_a_damaged_backup_is_named_and_touches_nothing(tmp_path: Path) -> None:
    operator = CommandLine(tmp_path / "data", "")
    whole = tmp_path / "whole"
    await a_backup(operator, whole)
    listed = (whole / "objects.txt").read_text().split()
    content = f"media/{listed[0][:2]}/{listed[0][2:4]}/{listed[0]}"

    def flipped(path: Path) -> None:
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)

    def fewer(path: Path) -> None:
        manifest = json.loads(path.read_text())
        manifest["tables"]["event"]["rows"] += 1
        path.write_text(json.dumps(manifest))

    damages: list[tuple[str, Callable[[Path], None], str]] = [
        ("tables/event.rows.gz", flipped, "table event is not what was written"),
        ("tables/event.rows.gz", Path.unlink, "table event is missing"),
        ("manifest.json", fewer, "table event has "),
        ("manifest.json", Path.unlink, "is no backup, or one that was not finished"),
        (content, flipped, f"the media file {listed[0]} is damaged"),
        (content, Path.unlink, f"the media file {listed[0]} is missing"),
    ]
    for name, damage, words in damages:
        damaged, target = tmp_path / "damaged", CommandLine(tmp_path / "target", "")
        shutil.copytree(whole, damaged)
        damage(damaged / name)
        refused = target.admin("restore", str(damaged))
        assert refused.code == 1
        assert words in refused.err
        assert not (target.data / "media").exists()
        database = Database(database_url("", target.data))
        with database.engine.connect() as connection:
            assert sa.inspect(connection).get_table_names() == []
        database.close()
        shutil.rmtree(damaged)
        shutil.rmtree(target.data)
    taken = operator.admin("backup", str(whole))
    taken.refused("is not empty")


async def test_media_that_is_lost_is_told_when_the_backup_is_made(tmp_path: Path) -> None:
    operator = CommandLine(tmp_path / "data", "")
    await a_backup(operator, tmp_path / "whole")
    name = (tmp_path / "whole" / "objects.txt").read_text().split()[0]
    (operator.data / "media" / "content" / name[:2] / name[2:4] / name).write_bytes(b"not tea")
    refused = operator.admin("backup", str(tmp_path / "next"))
    assert f"the media file {name} is damaged" in refused.err
    assert not (tmp_path / "next" / "manifest.json").exists()


async def test_an_older_backup_is_brought_to_the_newest_schema(tmp_path: Path) -> None:
    operator, target = CommandLine(tmp_path / "data", ""), CommandLine(tmp_path / "target", "")
    folder = tmp_path / "older"
    await a_backup(operator, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert "log_0002" in manifest["revisions"]
    manifest["revisions"] = sorted({*manifest["revisions"], "log_0001"} - {"log_0002"})
    without_floor(folder, manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    done = target.admin("restore", str(folder))
    assert done.code == 0, done.err
    assert contents(target) == contents(operator)
    manifest["revisions"].append("log_9999")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    newer = CommandLine(tmp_path / "newer", "")
    assert "the database is newer than this program" in newer.admin("restore", str(folder)).err


def without_floor(folder: Path, manifest: dict[str, dict[str, dict[str, object]]]) -> None:
    """As a server wrote it before there were floors."""
    from teahouse.backup import rows

    path = folder / "tables" / "log_head.rows.gz"
    (heads,) = rows.read(path)
    path.unlink()
    written = rows.write(path, ["log", "pos", "epoch"], [[head[:3] for head in heads]])
    manifest["tables"]["log_head"]["columns"] = written.columns
    manifest["tables"]["log_head"]["sha256"] = written.sha256


async def test_a_file_that_is_deleted_meanwhile_is_in_the_backup(
    settings: config.Config, tmp_path: Path
) -> None:
    """Its row is in the snapshot, so the file stays until it was copied."""
    deleting: list[asyncio.Task[int]] = []
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        upload = await alice.call("POST", "/_matrix/media/v3/upload", b"a leaf of tea")
        media_id = upload.ok()["content_uri"].rpartition("/")[2]
        media = server.teahouse.media

        def once_it_has_begun(_progress: str) -> None:
            if not deleting:
                deleting.append(asyncio.create_task(media.purging.delete([media_id])))

        made = await making.make(server.teahouse, tmp_path / "backup", once_it_has_begun, go_on)
        assert await deleting[0] == 1
        assert made.objects == 1
        await media.removal.sweep()
        name = (tmp_path / "backup" / "objects.txt").read_text().strip()
        assert await media.contents.size_bytes(name) is None
    assert soundness.check(tmp_path / "backup", lambda _progress: None).objects == 1


async def test_the_copier_rests_between_pages_as_it_is_told(
    settings: config.Config, tmp_path: Path
) -> None:
    rests: list[float] = []
    async with running(settings) as server, client_of(server.url) as http:
        await sign_up(http, "alice")
        socket = AdminSocket(tmp_path / "admin.sock", server.teahouse, rests.append)
        await socket.start()
        asking = AdminClient(tmp_path / "admin.sock", lambda _progress: None)
        body = {"folder": str(tmp_path / "backup")}
        made = await asyncio.to_thread(asking.work, "backup", body=body)
        await socket.stop()
    assert made["rows"] > 0
    assert rests


async def test_media_in_an_s3_storage_come_back_in_another_bucket(
    operator: CommandLine, elsewhere: CommandLine, tmp_path: Path, bucket: str, storage: str
) -> None:
    folder = tmp_path / "backup"
    operator = replace(operator, objects=bucket)
    alice, _, address = await a_backup(operator, folder)
    assert not any(path.is_file() for path in (operator.data / "media").rglob("*"))
    # Nobody uses the first server any more; a second copy of it is the same.
    assert "1 media files" in operator.admin("backup", str(tmp_path / "again")).ok().out
    objects = [(each / "objects.txt").read_text() for each in (folder, tmp_path / "again")]
    assert objects[0] == objects[1]

    elsewhere = replace(elsewhere, objects=new_bucket(storage))
    restored = elsewhere.admin("restore", str(folder)).ok()
    assert "1 media files" in restored.out
    elsewhere.admin("check").ok()
    server = ServerProcess(elsewhere.data, *elsewhere.flags).wait_until_ready()
    try:
        async with client_of(server.url) as http:
            alice.http = http
            media = address.removeprefix("mxc://")
            path = f"/_matrix/client/v1/media/download/{media}"
            assert (await alice.get(path)).ok().body == b"a leaf of tea"
            more = await alice.call("POST", "/_matrix/media/v3/upload", b"another leaf")
            assert more.ok()["content_uri"] != address
    finally:
        assert server.stop() == 0
    elsewhere.admin("check").ok()
    # In a bucket without them, each missing file is named.
    lost = replace(elsewhere, objects=new_bucket(storage)).admin("check")
    assert lost.code == 1
    assert objects[0].strip() in lost.out + lost.err


async def test_a_storage_that_lost_a_file_gives_no_backup(
    tmp_path: Path, bucket: str, storage: str
) -> None:
    operator = CommandLine(tmp_path / "data", "", objects=bucket)
    await a_backup(operator, tmp_path / "backup")
    lost = replace(operator, objects=new_bucket(storage))
    lost.admin("backup", str(tmp_path / "none")).refused("is missing")
    assert not (tmp_path / "none" / "manifest.json").exists()
