"""Files on a local disk: kept whole, once, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teahouse.kit.objects import LocalObjects

TEA = b"oolong" * 300_000


@pytest.fixture
def objects(tmp_path: Path) -> LocalObjects:
    return LocalObjects(tmp_path / "objects")


def files(objects: LocalObjects) -> list[Path]:
    return [path for path in objects._folder.rglob("*") if path.is_file()]


async def pieces(content: bytes, size: int = 70_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def collect(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_content_is_kept_under_its_hash_in_two_levels_of_folders(
    objects: LocalObjects, tmp_path: Path
) -> None:
    added = await objects.add(pieces(TEA))
    assert added.name == hashlib.sha256(TEA).hexdigest()
    assert added.size_bytes == len(TEA) == await objects.size_bytes(added.name)
    assert await collect(objects.read(added.name)) == TEA
    expected = tmp_path / "objects" / added.name[:2] / added.name[2:4] / added.name
    assert files(objects) == [expected]


async def test_the_same_content_is_kept_once(objects: LocalObjects) -> None:
    first = await objects.add(pieces(TEA))
    second = await objects.add(pieces(TEA, 11_111))
    assert first == second
    assert len(files(objects)) == 1


async def test_a_part_can_be_read(objects: LocalObjects) -> None:
    name = (await objects.add(pieces(TEA))).name
    assert await collect(objects.read(name, 3, 9)) == TEA[3:9]
    assert await collect(objects.read(name, 700_000)) == TEA[700_000:]


async def test_content_that_breaks_off_leaves_nothing(objects: LocalObjects) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield TEA
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await objects.add(breaking())
    assert files(objects) == []


async def test_what_a_crash_left_half_written_is_removed_at_the_next_start(tmp_path: Path) -> None:
    objects = LocalObjects(tmp_path)
    name = (await objects.add(pieces(TEA))).name
    (tmp_path / "incoming/half").write_bytes(b"ool")
    again = LocalObjects(tmp_path)
    assert [path.name for path in files(again)] == [name]


async def test_an_object_can_be_kept_under_a_name(objects: LocalObjects) -> None:
    assert await objects.size_bytes("small-picture") is None
    await objects.put("small-picture", b"leaf")
    assert await collect(objects.read("small-picture")) == b"leaf"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b/c/d/e", "abc", "", "dots.in.it", "a\0b"])
async def test_a_name_that_could_leave_the_folder_is_refused(
    objects: LocalObjects, name: str
) -> None:
    with pytest.raises(ValueError, match="not an object's name"):
        await objects.size_bytes(name)
