"""Root may run the commands of a server that runs as somebody else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.admin.command import CommandLine

SERVER = 10_001

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def a_folder_of(owner: int, path: Path) -> Path:
    path.mkdir(mode=0o700)
    os.chown(path, owner, owner)
    return path


def owners(folder: Path) -> dict[str, tuple[int, int]]:
    found = {path: path.lstat() for path in folder.rglob("*")}
    return {path.name: (known.st_uid, known.st_gid) for path, known in found.items()}


def test_what_root_does_belongs_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    here = CommandLine(a_folder_of(SERVER, tmp_path / "data"), "")
    here.admin("create-user", "anna").ok()
    here.admin("backup", str(tmp_path / "backup")).ok()
    there = CommandLine(a_folder_of(SERVER, tmp_path / "restored"), "")
    there.admin("restore", str(tmp_path / "backup")).ok()
    for folder in (here.data, there.data):
        found = owners(folder)
        assert {"teahouse.db", "teahouse.lock", "media"} <= found.keys()
        assert set(found.values()) == {(SERVER, SERVER)}
        assert (folder / "teahouse.db").stat().st_mode & 0o777 == 0o600


def test_what_only_looks_as_if_it_were_in_the_folder_stays_roots(tmp_path: Path) -> None:
    data = a_folder_of(SERVER, tmp_path / "data")
    ours = tmp_path / "ours"
    ours.write_text("of root")
    (data / "linked").hardlink_to(ours)
    (data / "pointer").symlink_to(tmp_path)
    CommandLine(data, "").admin("create-user", "anna").ok()
    assert ours.stat().st_uid == 0
    assert tmp_path.stat().st_uid == 0


def test_a_folder_that_is_reached_by_another_name_is_given_to_its_owner(tmp_path: Path) -> None:
    data = a_folder_of(SERVER, tmp_path / "private")
    name = tmp_path / "data"
    name.symlink_to(data)
    CommandLine(name, "").admin("create-user", "anna").ok()
    assert set(owners(data).values()) == {(SERVER, SERVER)}
