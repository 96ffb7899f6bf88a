"""The import rule: what it allows, and what it finds wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_imports import SOURCE, breach, breaches, imports

ROOMS = "teahouse.homeserver.rooms"


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("teahouse.app", "teahouse.features.pay.service"),
        ("teahouse.features.pay.service", f"{ROOMS}.service.Rooms"),
        (f"{ROOMS}.service", f"{ROOMS}.store"),
        (f"{ROOMS}.service", "teahouse.homeserver.accounts.service"),
        (f"{ROOMS}.api", "teahouse.kit.http.Route"),
        ("teahouse.kit.http.request", "teahouse.protocol.canonical_json"),
        (f"{ROOMS}.api", "teahouse.config.Config"),
        ("teahouse.kit.log.writer", "sqlalchemy"),
    ],
)
def test_imports_that_go_down_are_fine(importer: str, imported: str) -> None:
    assert breach(importer, imported) is None


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("teahouse.protocol.events", "teahouse.kit.clock"),
        ("teahouse.kit.database", "teahouse.homeserver.rooms"),
        (f"{ROOMS}.service", "teahouse.features.pay.service"),
        (f"{ROOMS}.service", "teahouse.app.Teahouse"),
        ("teahouse.features.pay.service", "teahouse.serve"),
        (f"{ROOMS}.service", "teahouse.homeserver.accounts.store"),
        (f"{ROOMS}.service", "teahouse.homeserver.accounts.tables.account"),
        ("teahouse.features.pay.service", f"{ROOMS}.store.find"),
    ],
)
def test_imports_that_go_back_or_behind_a_service_are_not(importer: str, imported: str) -> None:
    assert breach(importer, imported) is not None


def test_imports_are_found_wherever_they_stand() -> None:
    text = "import a.b\ndef f():\n    from c import d\nfrom . import e\nfrom ..g import h\n"
    found = [name for _, name in imports(text, "x.y.z")]
    assert sorted(found) == ["a.b", "c.d", "x.g.h", "x.y.e"]


def test_a_breach_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "teahouse/kit/bad.py"
    file.parent.mkdir(parents=True)
    file.write_text("x = 1\nfrom teahouse.app import Teahouse\n")
    (told,) = breaches(file, tmp_path)
    assert told.startswith("teahouse/kit/bad.py:2: teahouse.kit.bad imports teahouse.app.Teahouse")


def test_this_code_keeps_the_rule() -> None:
    assert [told for path in SOURCE.rglob("*.py") for told in breaches(path)] == []
