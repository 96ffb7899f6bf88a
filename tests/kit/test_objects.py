"""Files on a local disk and in an S3 storage: kept whole, once, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest

from teahouse.kit.errors import Unavailable
from teahouse.kit.objects import LocalObjects, ObjectStore, Received, open_objects
from teahouse.kit.objects.address import s3_address

TEA = b"oolong" * 300_000


@pytest.fixture(params=["local", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ObjectStore]:
    url = request.getfixturevalue("bucket") if request.param == "s3" else ""
    objects = open_objects(url, tmp_path, "objects")
    yield objects
    objects.close()


async def pieces(content: bytes, size: int = 70_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def collect(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def kept(objects: ObjectStore, chunks: AsyncIterator[bytes]) -> Received:
    async with objects.receive(chunks) as received:
        await received.keep()
    return received


async def names(objects: ObjectStore) -> list[str]:
    return [name async for name in objects.names()]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_content_is_kept_under_its_hash(objects: ObjectStore) -> None:
    received = await kept(objects, pieces(TEA))
    assert received.name == hashlib.sha256(TEA).hexdigest()
    assert received.size_bytes == len(TEA) == await objects.size_bytes(received.name)
    assert await collect(objects.read(received.name)) == TEA
    async with objects.local(received.name) as path:
        assert path.read_bytes() == TEA


async def test_on_a_disk_it_lies_in_two_levels_of_folders(tmp_path: Path) -> None:
    objects = LocalObjects(tmp_path / "objects")
    name = (await kept(objects, pieces(TEA))).name
    assert files(tmp_path) == [tmp_path / "objects" / name[:2] / name[2:4] / name]


async def test_in_a_storage_nothing_stays_on_the_disk(bucket: str, tmp_path: Path) -> None:
    objects = open_objects(bucket, tmp_path, "objects")
    received = await kept(objects, pieces(TEA))
    async with objects.local(received.name):
        assert len(files(tmp_path)) == 1
    assert files(tmp_path) == []


async def test_content_passes_through_in_pieces(objects: ObjectStore) -> None:
    async def many() -> AsyncIterator[bytes]:
        for number in range(48 * 4):
            yield bytes([number]) * (256 << 10)

    process = psutil.Process()
    before = process.memory_info().rss
    received = await kept(objects, many())
    size_bytes = 0
    async for chunk in objects.read(received.name):
        size_bytes += len(chunk)
    assert size_bytes == received.size_bytes == 48 << 20
    assert process.memory_info().rss - before < 24 << 20


async def test_the_same_content_is_kept_once(objects: ObjectStore) -> None:
    first = await kept(objects, pieces(TEA))
    second = await kept(objects, pieces(TEA, 11_111))
    assert first.name == second.name
    assert await names(objects) == [first.name]


async def test_what_is_not_kept_is_forgotten(objects: ObjectStore, tmp_path: Path) -> None:
    async with objects.receive(pieces(TEA)):
        pass
    assert await names(objects) == []
    assert files(tmp_path) == []


async def test_a_part_can_be_read(objects: ObjectStore) -> None:
    name = (await kept(objects, pieces(TEA))).name
    assert await collect(objects.read(name, 3, 9)) == TEA[3:9]
    assert await collect(objects.read(name, 700_000)) == TEA[700_000:]


async def test_content_that_breaks_off_leaves_nothing(objects: ObjectStore, tmp_path: Path) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield TEA
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await kept(objects, breaking())
    assert await names(objects) == []
    assert files(tmp_path) == []


async def test_what_a_crash_left_half_written_is_removed_at_the_next_start(tmp_path: Path) -> None:
    objects = LocalObjects(tmp_path)
    name = (await kept(objects, pieces(TEA))).name
    (tmp_path / "incoming/half").write_bytes(b"ool")
    LocalObjects(tmp_path)
    assert [path.name for path in files(tmp_path)] == [name]


async def test_an_object_can_be_kept_under_a_name(objects: ObjectStore) -> None:
    assert await objects.size_bytes("small-picture") is None
    await objects.put("small-picture", b"leaf")
    assert await collect(objects.read("small-picture")) == b"leaf"


async def test_what_is_deleted_is_gone_and_may_have_been_gone_before(objects: ObjectStore) -> None:
    await objects.put("small-picture", b"leaf")
    await objects.put("large-picture", b"tree")
    await objects.delete(["small-picture", "never-there"])
    assert await objects.size_bytes("small-picture") is None
    assert await names(objects) == ["large-picture"]
    with pytest.raises(FileNotFoundError):
        await collect(objects.read("small-picture"))


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b/c/d/e", "abc", "", "dots.in.it", "a\0b"])
async def test_a_name_that_could_leave_the_place_is_refused(
    objects: ObjectStore, name: str
) -> None:
    for ask in (objects.size_bytes(name), objects.put(name, b""), objects.delete([name])):
        with pytest.raises(ValueError, match="not an object's name"):
            await ask
    with pytest.raises(ValueError, match="not an object's name"):
        await collect(objects.read(name, 0, 1))


async def test_a_storage_that_refuses_is_told_as_unavailable(bucket: str, tmp_path: Path) -> None:
    nowhere = open_objects(bucket.replace("tea-", "nobodys-"), tmp_path, "objects")
    with pytest.raises(Unavailable):
        await nowhere.put("small-picture", b"leaf")
    with pytest.raises(Unavailable):
        await kept(nowhere, pieces(TEA))
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("url", "bucket", "prefix", "endpoint", "region"),
    [
        ("s3://tea", "tea", "", None, None),
        ("s3://tea/a/b/?region=eu-west-3", "tea", "a/b", None, "eu-west-3"),
        (
            "s3://tea/a?endpoint=https://s3.example:9000",
            "tea",
            "a",
            "https://s3.example:9000",
            None,
        ),
    ],
)
def test_the_address_of_a_storage_is_read(
    url: str, bucket: str, prefix: str, endpoint: str | None, region: str | None
) -> None:
    address = s3_address(url)
    found = (address.bucket, address.prefix, address.endpoint, address.region)
    assert found == (bucket, prefix, endpoint, region)


@pytest.mark.parametrize(
    "url",
    [
        "gs://tea",
        "s3:///a",
        "s3://key:secret@tea/a",
        "s3://tea?regoin=x",
        "s3://tea?endpoint=ftp://x",
        "/data",
    ],
)
def test_an_address_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"objects|endpoint"):
        s3_address(url)
