"""The unit and the image follow the command line's contract, and may do no more than needed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from teahouse.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "teahouse.service"
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
VARIABLES = {setting.variable for setting in SETTINGS}


@dataclass(frozen=True)
class Instruction:
    name: str
    value: str

    @property
    def words(self) -> list[str]:
        return self.value.split()


def instructions() -> list[Instruction]:
    text = re.sub(r"\\\n", " ", DOCKERFILE.read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [Instruction(*line.split(None, 1)) for line in lines]


def stages() -> list[list[Instruction]]:
    found: list[list[Instruction]] = []
    for one in instructions():
        if one.name == "FROM":
            found.append([])
        found[-1].append(one)
    return found


def values(stage: list[Instruction], name: str) -> list[str]:
    return [one.value for one in stage if one.name == name]


def settings_of_unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


# the unit


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not installed")
    command = Path(sys.executable).with_name("teahouse")
    unit = tmp_path / "teahouse.service"
    unit.write_text(UNIT.read_text().replace("/opt/teahouse/bin/teahouse", str(command)))
    done = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_service_may_do_little() -> None:
    unit = settings_of_unit()
    wanted = {
        "DynamicUser": "yes",
        "StateDirectory": "teahouse",
        "StateDirectoryMode": "0700",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
        "UMask": "0077",
    }
    assert {name: unit[name] for name in wanted} == {k: [v] for k, v in wanted.items()}
    assert unit["ExecStart"] == ["/opt/teahouse/bin/teahouse serve"]
    named = [value.partition("=")[0] for value in unit["Environment"]]
    assert set(named) <= VARIABLES
    assert unit["Environment"] == ["TEAHOUSE_DATA=/var/lib/teahouse"]
    # Longer than the server takes to finish what is in flight.
    assert int(unit["TimeoutStopSec"][0]) > 10
    assert "KillSignal" not in unit


# the image


def test_the_image_is_built_in_stages_from_named_versions() -> None:
    built = stages()
    assert len(built) == 3
    names = []
    for stage in built:
        words = stage[0].words
        assert re.fullmatch(r"[a-z]+:[0-9][a-z0-9.-]+", words[0]), words
        names += words[2:]
    assert names == ["web", "build"]
    for one in instructions():
        assert one.name != "ADD"
        for source in re.findall(r"--from=(\w+)", one.value):
            assert source in names


def test_what_is_copied_is_there() -> None:
    for stage in stages():
        for value in values(stage, "COPY"):
            if value.startswith("--from="):
                continue
            for source in value.split()[:-1]:
                assert (ROOT / source).exists(), source


def test_the_image_runs_as_nobody_in_particular() -> None:
    final = stages()[-1]
    (user,) = values(final, "USER")
    assert int(user) >= 1000
    assert values(final, "VOLUME") == ["/data"]
    names = [one.name for one in final]
    assert names.index("RUN") < names.index("USER") < names.index("ENTRYPOINT")
    assert values(final, "STOPSIGNAL") == ["SIGTERM"]


def test_commands_are_programs_not_lines_for_a_shell() -> None:
    """So that SIGTERM reaches the server."""
    final = stages()[-1]
    assert json.loads(*values(final, "ENTRYPOINT")) == ["teahouse"]
    assert json.loads(*values(final, "CMD")) == ["serve"]
    (check,) = values(final, "HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    assert "http://127.0.0.1:8008/health" in command[-1]
    compile(command[-1], "healthcheck", "exec")


def test_the_image_sets_what_the_command_line_knows_and_no_secret() -> None:
    final = stages()[-1]
    (environment,) = values(final, "ENV")
    given = dict(word.split("=", 1) for word in environment.split())
    own = {name: value for name, value in given.items() if name.startswith("TEAHOUSE_")}
    assert own == {
        "TEAHOUSE_DATA": "/data",
        "TEAHOUSE_HOST": "0.0.0.0",
        "TEAHOUSE_PORT": "8008",
    }
    assert set(own) <= VARIABLES
    assert values(final, "EXPOSE") == [own["TEAHOUSE_PORT"]]


def test_the_tested_versions_are_what_the_image_takes() -> None:
    """The line of the Dockerfile that makes constraints from the lock, run here."""
    (line,) = [one for one in values(stages()[1], "RUN") if one.startswith("sed ")]
    made = subprocess.run(
        ["sh", "-c", line.replace("> constraints.txt", "")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    packages = [name for name in made if name and not name.startswith("#")]
    assert len(packages) > 30
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+(\[.+\])?==[^ \\]+( ;.+)?", name) for name in packages)
