"""The table of room versions."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from teahouse import protocol
from teahouse.protocol.room_versions import DEFAULT, ROOM_VERSIONS, RoomVersion


def test_versions_1_to_12_are_there_and_12_is_the_default() -> None:
    assert list(ROOM_VERSIONS) == [str(number) for number in range(1, 13)]
    assert all(version.version == name for name, version in ROOM_VERSIONS.items())
    assert DEFAULT == "12"


def test_every_field_makes_a_difference() -> None:
    for field in fields(RoomVersion):
        values = {repr(getattr(version, field.name)) for version in ROOM_VERSIONS.values()}
        assert len(values) > 1, field.name


def test_the_table_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        ROOM_VERSIONS["12"].version = "13"  # type: ignore[misc]
    with pytest.raises(TypeError):
        ROOM_VERSIONS["12"].kept_content["m.room.message"] = None  # type: ignore[index]


def test_nothing_but_the_table_knows_of_versions() -> None:
    """No module of the package compares a version's name."""
    assert protocol.__file__ is not None
    folder = Path(protocol.__file__).parent
    for path in folder.glob("*.py"):
        if path.name != "room_versions.py":
            assert not re.search(r"\.version\b\s*(==|!=|in\b|<|>)", path.read_text()), path.name
