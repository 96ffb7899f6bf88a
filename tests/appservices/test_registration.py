"""What an operator may write into a registration file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from teahouse.homeserver.appservices.registration import AppService, load
from tests.appservices.bridging import registration, write


def loaded(tmp_path: Path, **changes: Any) -> AppService:
    path = write(tmp_path / "bridge.yaml", registration("http://localhost:9/base/") | changes)
    [service] = load([path], "tea.example")
    return service


def test_its_names_are_those_that_match_as_a_whole(tmp_path: Path) -> None:
    namespaces = {
        "users": [{"exclusive": True, "regex": "@_irc_.*"}, {"regex": "@guest[0-9]+:.*"}],
        "aliases": [{"exclusive": False, "regex": "#irc_.*"}],
        "rooms": [{"exclusive": False, "regex": "!a.*"}],
    }
    service = loaded(tmp_path, namespaces=namespaces, protocols=["irc", "irc"])
    assert service.url == "http://localhost:9/base"
    assert service.sender == "@bridgebot:tea.example"
    assert service.has_user("@_irc_ann:tea.example")
    assert service.owns_user("@_irc_ann:tea.example")
    assert service.has_user("@guest1:tea.example")
    assert not service.owns_user("@guest1:tea.example")
    assert service.has_user(service.sender)
    assert service.owns_user(service.sender)
    for other in ("@_irc_ann:elsewhere", "x@_irc_ann:tea.example", "@guest:tea.example", ""):
        assert not service.has_user(other)
    assert service.has_alias("#irc_tea:tea.example")
    assert not service.owns_alias("#irc_tea:tea.example")
    assert service.has_room("!abc")
    assert not service.has_room("!b!abc")
    assert service.protocols == ("irc",)


def test_what_it_asks_for_it_gets(tmp_path: Path) -> None:
    plain = loaded(tmp_path)
    assert not (plain.gets_ephemeral)
    assert not (plain.gets_to_device)
    assert not (plain.gets_encryption)
    assert plain.is_rate_limited
    stable = loaded(tmp_path, receive_ephemeral=True, rate_limited=False)
    assert stable.gets_ephemeral
    assert not stable.gets_to_device
    assert not stable.is_rate_limited
    older = loaded(tmp_path, **{"de.sorunome.msc2409.push_ephemeral": True})
    assert older.gets_ephemeral
    assert older.gets_to_device
    assert not older.gets_encryption
    encrypting = loaded(tmp_path, **{"org.matrix.msc3202": True, "io.element.msc4190": True})
    assert encrypting.gets_encryption
    assert encrypting.gets_to_device
    assert loaded(tmp_path, url=None).url is None


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"id": 5}, "id"),
        ({"id": ""}, "id"),
        ({"as_token": None}, "as_token"),
        ({"url": "ftp://x"}, "url"),
        ({"url": "http:///x"}, "url"),
        ({"url": "http://x/?a=b"}, "url"),
        ({"sender_localpart": "Ä b"}, "sender_localpart"),
        ({"namespaces": {"users": [{"regex": "("}]}}, "regex of users"),
        ({"namespaces": {"rooms": [{"exclusive": True}]}}, "regex"),
        ({"namespaces": []}, "namespaces"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(
    tmp_path: Path, changes: dict[str, Any], word: str
) -> None:
    with pytest.raises(ValueError, match=r"bridge\.yaml: .*") as error:
        loaded(tmp_path, **changes)
    assert word in str(error.value)


@pytest.mark.parametrize("same", ["id", "as_token"])
def test_two_services_are_never_taken_for_one(tmp_path: Path, same: str) -> None:
    first = registration(None)
    second = {**registration(None), "id": "other", "as_token": "other", same: first[same]}
    paths = [write(tmp_path / "a.yaml", first), write(tmp_path / "b.yaml", second)]
    with pytest.raises(ValueError, match=rf"b\.yaml: another file has the same {same}"):
        load(paths, "tea.example")


def test_a_file_that_is_not_there_or_not_yaml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"missing\.yaml"):
        load([tmp_path / "missing.yaml"], "tea.example")
    (tmp_path / "bad.yaml").write_text("a: [")
    with pytest.raises(ValueError, match=r"bad\.yaml: not YAML"):
        load([tmp_path / "bad.yaml"], "tea.example")
