"""Thumbnails: sizes, formats, and pictures that want to be more than a picture."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest

from teahouse.homeserver.media import pictures
from teahouse.homeserver.media.sizes import nearest_size
from tests.media.files import thumbnails
from tests.media.pictures import huge_png, moving_picture, opened, picture
from tests.media.test_upload import uploaded
from tests.people import Answer, Person
from tests.server import Server

THUMBNAIL = "/_matrix/client/v1/media/thumbnail"


async def thumbnail(
    person: Person, path: str, width: object, height: object, **query: object
) -> Answer:
    query |= {"width": width, "height": height}
    return await ask(person, path, {name: value for name, value in query.items() if value})


async def ask(person: Person, path: str, query: dict[str, object]) -> Answer:
    return await person.get(f"{THUMBNAIL}/{path}?{urlencode(query)}")


def limit(server: Server, **limits: Any) -> None:
    """Other limits for the programs that decode."""
    confined = server.teahouse.media._pictures._confined
    confined._limits = replace(confined._limits, **limits)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
async def test_a_picture_of_each_format_gets_smaller(alice: Person, format: str) -> None:
    path = await uploaded(alice, picture(1000, 500, format), f"image/{format.lower()}")
    answer = (await thumbnail(alice, path, 96, 96, method="crop")).ok()
    shown = opened(answer.body)
    assert shown.size == (96, 96)
    assert answer.headers["content-type"] == f"image/{(shown.format or '').lower()}"
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_scaling_keeps_the_shape_and_covers_what_was_asked_for(alice: Person) -> None:
    path = await uploaded(alice, picture(2000, 1000, "JPEG"), "image/jpeg")
    assert opened((await thumbnail(alice, path, 300, 200)).body).size == (480, 240)
    assert opened((await thumbnail(alice, path, 300, 200, method="scale")).body).size == (480, 240)


async def test_cropping_cuts_to_the_shape(alice: Person) -> None:
    path = await uploaded(alice, picture(300, 1000, "PNG", mode="RGBA"), "image/png")
    shown = opened((await thumbnail(alice, path, 30, 30, method="crop")).body)
    assert (shown.size, shown.mode) == ((32, 32), "RGBA")


async def test_cropping_takes_the_shape_that_was_asked_for(alice: Person) -> None:
    path = await uploaded(alice, picture(1000, 1000, "JPEG"), "image/jpeg")
    shown = opened((await thumbnail(alice, path, 300, 170, method="crop")).body)
    assert shown.size == (320, 180)


@pytest.mark.parametrize("method", ["scale", "crop"])
async def test_nothing_smaller_than_what_was_asked_for_is_sent_and_nothing_is_made_larger(
    alice: Person, method: str
) -> None:
    large = picture(2_500, 1_500, "JPEG")
    path = await uploaded(alice, large, "image/jpeg")
    assert (await thumbnail(alice, path, 2_000, 1_400, method=method)).body == large
    assert (await thumbnail(alice, path, 9_999, 9_999, method=method)).body == large
    other = await uploaded(alice, picture(2_500, 1_500, "AVIF"), "image/avif")
    answer = (await thumbnail(alice, other, 2_000, 1_400, method=method)).ok()
    assert answer.headers["content-type"] == "image/jpeg"
    assert opened(answer.body).size == (2_500, 1_500)


async def test_a_small_picture_is_sent_as_it_is(alice: Person) -> None:
    small = picture(60, 40, "PNG")
    path = await uploaded(alice, small, "image/png")
    assert (await thumbnail(alice, path, 320, 240)).body == small


@pytest.mark.parametrize("format", ["GIF", "WEBP", "AVIF", "PNG"])
async def test_a_moving_picture_moves_only_when_asked_to(alice: Person, format: str) -> None:
    content = moving_picture(200, 200, 12, format)
    path = await uploaded(alice, content, f"image/{format.lower()}")
    for size in (96, 9_999):
        still = opened((await thumbnail(alice, path, size, size, method="crop")).body)
        assert getattr(still, "n_frames", 1) == 1
        answer = await thumbnail(alice, path, size, size, method="crop", animated="false")
        assert getattr(opened(answer.body), "n_frames", 1) == 1
    answer = await thumbnail(alice, path, 96, 96, method="crop", animated="true")
    assert answer.headers["content-type"] == "image/webp"
    moving = opened(answer.body)
    assert (moving.size, getattr(moving, "n_frames", 1)) == ((96, 96), 12)


async def test_a_picture_with_too_many_frames_stands_still(alice: Person) -> None:
    path = await uploaded(alice, moving_picture(40, 40, 90), "image/gif")
    answer = await thumbnail(alice, path, 32, 32, method="crop", animated="true")
    assert getattr(opened(answer.ok().body), "n_frames", 1) == 1


async def test_a_thumbnail_is_made_once_and_kept(
    alice: Person, bob: Person, server: Server
) -> None:
    path = await uploaded(alice, picture(500, 500, "JPEG"), "image/jpeg")
    answers = await asyncio.gather(
        *[thumbnail(person, path, 96, 96, method="crop") for person in (alice, bob) * 4]
    )
    assert len({answer.ok().body for answer in answers}) == 1
    assert len(await thumbnails(server)) == 1
    again = await thumbnail(alice, path, 90, 90, method="crop")
    assert again.body == answers[0].body


async def test_thumbnails_need_a_token(alice: Person) -> None:
    path = await uploaded(alice, picture(500, 500, "JPEG"), "image/jpeg")
    (await thumbnail(Person(alice.http), path, 96, 96)).refused(401, "M_MISSING_TOKEN")


@pytest.mark.parametrize(
    ("query", "errcode"),
    [
        ({"height": 5}, "M_MISSING_PARAM"),
        ({"width": 5}, "M_MISSING_PARAM"),
        ({"width": "wide", "height": 5}, "M_INVALID_PARAM"),
        ({"width": 5, "height": -5}, "M_INVALID_PARAM"),
        ({"width": 5, "height": 0}, "M_INVALID_PARAM"),
        ({"width": 5.5, "height": 5}, "M_INVALID_PARAM"),
        ({"width": 5, "height": 5, "method": "stretch"}, "M_INVALID_PARAM"),
        ({"width": 5, "height": 5, "animated": "maybe"}, "M_INVALID_PARAM"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(
    alice: Person, query: dict[str, object], errcode: str
) -> None:
    path = await uploaded(alice, picture(50, 50, "PNG"), "image/png")
    (await ask(alice, path, query)).refused(400, errcode)


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (b"no picture at all", "image/png"),
        (b"", "image/png"),
        (picture(200, 200, "PNG")[:150], "image/png"),
        (picture(50, 50, "BMP"), "image/png"),
        (picture(50, 50, "TIFF"), "image/jpeg"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (picture(50, 50, "PNG"), "application/octet-stream"),
        (picture(50, 50, "PNG"), "video/mp4"),
    ],
)
async def test_what_is_no_picture_has_no_thumbnail(
    alice: Person, server: Server, content: bytes, type: str
) -> None:
    path = await uploaded(alice, content, type)
    (await thumbnail(alice, path, 32, 32)).refused(400, "M_UNKNOWN")
    assert await thumbnails(server) == []


async def test_an_encrypted_upload_is_never_decoded(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await uploaded(alice, picture(50, 50, "PNG"), "application/octet-stream")
    monkeypatch.setattr(pictures, "PROGRAM", Path("/nonexistent"))
    (await thumbnail(alice, path, 32, 32)).refused(400, "M_UNKNOWN")


def test_the_huge_picture_would_be_one_if_somebody_decoded_it() -> None:
    assert opened(huge_png(300, 200)).size == (300, 200)


async def test_a_picture_of_50_000_by_50_000_is_refused_before_it_is_decoded(
    alice: Person,
) -> None:
    path = await uploaded(alice, huge_png(50_000, 50_000), "image/png")
    process = psutil.Process()
    before = process.memory_info().rss
    peak = asyncio.create_task(_peak_of_children(process))
    started = time.monotonic()
    (await thumbnail(alice, path, 32, 32)).refused(413, "M_TOO_LARGE")
    (await thumbnail(alice, path, 32, 32, method="crop")).refused(413, "M_TOO_LARGE")
    assert time.monotonic() - started < 5
    peak.cancel()
    assert process.memory_info().rss - before < 8 << 20
    assert await _result(peak) < 100 << 20


async def _peak_of_children(process: psutil.Process) -> int:
    most = 0
    try:
        while True:
            for child in process.children():
                try:
                    if "shrink.py" in " ".join(child.cmdline()):
                        most = max(most, child.memory_info().rss)
                except psutil.Error:
                    continue
            await asyncio.sleep(0.005)
    except asyncio.CancelledError:
        return most


async def _result(task: asyncio.Task[int]) -> int:
    return await task


async def test_a_child_that_hangs_is_ended(
    alice: Person, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = tmp_path / "hanging.py"
    hanging.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(pictures, "PROGRAM", hanging)
    limit(server, wall_seconds=0.3)
    path = await uploaded(alice, picture(500, 500, "PNG"), "image/png")
    (await thumbnail(alice, path, 32, 32)).refused(413, "M_TOO_LARGE")
    commands = [" ".join(child.cmdline()) for child in psutil.Process().children()]
    assert not [command for command in commands if "hanging.py" in command]


async def test_a_child_that_wants_more_memory_than_it_may_is_ended(
    alice: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    greedy = tmp_path / "greedy.py"
    first_line = "    from PIL import Image, UnidentifiedImageError\n"
    source = pictures.PROGRAM.read_text()
    assert first_line in source
    hunger = "    kept = bytearray(2 << 30)"
    greedy.write_text(source.replace(first_line, "\n".join([hunger, first_line])))
    monkeypatch.setattr(pictures, "PROGRAM", greedy)
    path = await uploaded(alice, picture(500, 500, "PNG"), "image/png")
    (await thumbnail(alice, path, 32, 32)).refused(413, "M_TOO_LARGE")


async def test_a_child_that_fails_for_another_reason_makes_no_thumbnail(
    alice: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("import nothing_of_this_name\n")
    monkeypatch.setattr(pictures, "PROGRAM", broken)
    path = await uploaded(alice, picture(500, 500, "PNG"), "image/png")
    (await thumbnail(alice, path, 32, 32)).refused(400, "M_UNKNOWN")


async def test_only_so_many_may_wait(alice: Person, server: Server) -> None:
    limit(server, waiting=0)
    path = await uploaded(alice, picture(500, 500, "PNG"), "image/png")
    answer = (await thumbnail(alice, path, 32, 32)).refused(429, "M_LIMIT_EXCEEDED")
    assert answer["retry_after_ms"] > 0


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ((1, 1, "crop"), "32x32-crop"),
        ((33, 30, "crop"), "96x96-crop"),
        ((33, 10, "crop"), "96x54-crop"),
        ((200, 150, "crop"), "320x240-crop"),
        ((150, 200, "crop"), "240x320-crop"),
        ((1000, 562, "crop"), "1280x720-crop"),
        ((320, 240, "scale"), "320x240-scale"),
        ((320, 241, "scale"), "640x480-scale"),
        ((1601, 10, "scale"), "32767x32767-scale"),
        ((9999, 1, "crop"), "32767x32767-scale"),
    ],
)
def test_sizes_are_rounded_up(asked: tuple[int, int, str], given: str) -> None:
    assert nearest_size(*asked).label == given
