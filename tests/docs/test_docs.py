"""The docs say what there is, and nothing that is not there."""

from __future__ import annotations

import argparse
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

import teahouse.app  # noqa: F401 - every module that counts something
from teahouse.admin.commands import COMMANDS
from teahouse.cli import parser
from teahouse.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs/decisions"
OPERATE = (ROOT / "docs/operate.md").read_text("utf-8")
CONTRACT = ROOT / "contract/teahouse.openapi.yaml"
NO_OPERATION = {"restore"}
GLOSSARY = (ROOT / "docs/glossary.md").read_text("utf-8")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"^make ([a-z]+)", re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [path for line in listed.stdout.split("\n") if line and (path := ROOT / line).is_file()]


def flags(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from flags(one)
        else:
            yield from (name for name in action.option_strings if name.startswith("--"))


def metrics() -> set[str]:
    found = set()
    for metric in REGISTRY.collect():
        if metric.name.startswith("teahouse_"):
            found.add(metric.name + ("_total" if metric.type == "counter" else ""))
    return found


FLAGS = sorted({*flags(parser())} - {"--help", "--version"})


@pytest.mark.parametrize("flag", FLAGS)
def test_each_flag_is_documented(flag: str) -> None:
    assert f"`{flag}`" in OPERATE


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_setting_is_documented_with_its_default(setting: object) -> None:
    assert setting in SETTINGS
    (known,) = [one for one in SETTINGS if one is setting]
    (row,) = re.findall(rf"^\| `{known.flag}` \| `{known.variable}` \| (.+?) \|", OPERATE, re.M)
    wanted = {False: "off", "": "none", None: "none"}.get(known.default, f"{known.default}")
    assert row.strip("`") == wanted


@pytest.mark.parametrize("metric", sorted(metrics()))
def test_each_metric_is_documented(metric: str) -> None:
    assert f"`{metric}`" in OPERATE


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_admin_command_is_documented(command: str) -> None:
    assert re.search(rf"^\| `{command}\b", OPERATE, re.MULTILINE)


def test_nothing_is_documented_that_is_not_there() -> None:
    variables = {setting.variable for setting in SETTINGS}
    assert set(re.findall(r"TEAHOUSE_[A-Z_]+", OPERATE)) <= variables
    assert set(re.findall(r"teahouse_[a-z_]+", OPERATE)) <= metrics()
    assert set(re.findall(r"`(--[a-z-]+)`", OPERATE)) <= set(FLAGS)
    table = OPERATE.partition("## Admin commands")[2].partition("## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)", table, re.MULTILINE)) <= set(COMMANDS)


def operations_of_commands() -> dict[str, list[str]]:
    """The operations that each admin command asks for, by operate.md."""
    table = OPERATE.partition("## Admin commands")[2].partition("## ")[0]
    rows = re.findall(r"^\| `([a-z-]+)[^|]*\|[^|]*\|([^|]*)\|", table, re.MULTILINE)
    return {name: re.findall("`([A-Z]+ /[^`]+)`", cell) for name, cell in rows}


def test_what_commands_ask_for_stands_in_the_contract() -> None:
    admin = "/_teahouse/admin/v1"
    known = {
        f"{method.upper()} {path.removeprefix(admin)}"
        for path, methods in yaml.safe_load(CONTRACT.read_text("utf-8"))["paths"].items()
        for method in methods
        if path.startswith(admin)
    }
    of_commands = operations_of_commands()
    assert of_commands.keys() == COMMANDS.keys()
    assert {name for name, found in of_commands.items() if not found} == NO_OPERATION
    changes = {one for one in known if not one.startswith("GET ")}
    said = {one for found in of_commands.values() for one in found}
    assert said <= known
    assert changes - said == {"DELETE /reports/{user_id}/{kind}/{reported_id}"}


@pytest.mark.parametrize("page", tracked("*.md"), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in LINK.findall(text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        aim = (page.parent / name).resolve() if name else page
        assert aim.exists(), target
        if anchor:
            assert anchor in anchors(aim.read_text("utf-8")), target


def anchors(text: str) -> set[str]:
    """As they are made from headings on most sites."""
    return {
        re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")
        for heading in HEADING.findall(text)
    }


def test_the_map_shows_every_folder_and_every_package() -> None:
    whole = (ROOT / "docs/map.md").read_text("utf-8")
    inside = [path.relative_to(ROOT).parts for path in tracked("*")]
    folders = {f"{parts[0]}/" for parts in inside if len(parts) > 1 and parts[0] != ".ci"}
    source = {parts[2:] for parts in inside if parts[:2] == ("src", "teahouse")}
    files = {name for name, *rest in source if not rest and name != "__init__.py"}
    below = {f"{name}/" for name, *rest in source if rest}
    packages = {f"[{rest[0]}](" for name, *rest in source if name == "homeserver" and rest[1:]}
    assert [name for name in sorted(folders | files | below | packages) if name not in whole] == []


def test_pages_that_code_names_exist() -> None:
    for source in tracked("src/**.py", "bench/**.py", "tests/**.py", "tools/**.py"):
        for page in re.findall(r"\bdocs/[\w/.-]+\.md", source.read_text("utf-8")):
            assert (ROOT / page).is_file(), f"{source}: {page}"


def test_the_readme_names_commands_that_the_makefile_has() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for command in COMMAND.findall((ROOT / "README.md").read_text("utf-8")):
        assert re.search(rf"^{command}:", makefile, re.MULTILINE), command


def shown_words() -> list[tuple[str, str]]:
    table = GLOSSARY.partition("## Only in code")[0]
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", table, re.MULTILINE)
    return [row for row in rows if row != ("English", "Chinese") and not row[0].startswith("--")]


@pytest.mark.parametrize(("english", "chinese"), shown_words())
def test_words_of_the_glossary_are_those_that_people_read(english: str, chinese: str) -> None:
    words = ROOT / "web/src/app/i18n"
    assert english.lower() in (words / "en.ts").read_text("utf-8").lower()
    assert chinese in (words / "zh-CN.ts").read_text("utf-8")


@pytest.mark.parametrize("path", sorted(DECISIONS.glob("0*.md")), ids=lambda p: p.stem)
def test_a_decision_says_first_what_was_decided_and_stands_in_the_list(path: Path) -> None:
    title, empty, decided = path.read_text().splitlines()[:3]
    number, _, said = title.removeprefix("# ").partition(": ")
    assert (number, empty, decided[:12]) == (path.stem[:4], "", "**Decided.**")
    listed = (DECISIONS / "README.md").read_text().splitlines()
    assert f"- [{number}]({path.name}) {said}" in listed
