"""Closing accounts, inviting people and deleting media from the command line."""

from __future__ import annotations

import pytest

from tests.admin.command import CommandLine
from tests.people import PASSWORD, Person, client_of, sign_in
from tests.process import ServerProcess


async def test_accounts_are_invited_and_closed_while_the_server_runs(
    operator: CommandLine, running: ServerProcess
) -> None:
    made = operator.admin("registration-token", "create", "--uses", "1", "--expires-days", "7")
    token = made.ok().out.split()[0]
    assert "1 uses left, until " in made.out
    assert token in operator.admin("registration-token", "list").ok().out
    auth = {"type": "m.login.registration_token", "token": token}
    body = {"username": "anna", "password": PASSWORD, "auth": auth}
    async with client_of(running.url) as http:
        (await Person(http).post("/register", body)).ok()
        refused = await Person(http).post("/register", body | {"username": "bella"})
        assert refused.status == 401
        anna = await sign_in(http, "anna")
        content = await anna.call("POST", "/_matrix/media/v3/upload", b"tea")
        address = content.ok()["content_uri"]
        assert operator.admin("purge-media", address).ok().out == "1 uploads deleted\n"
        operator.admin("purge-media", "mxc://x/y").refused("no mxc:// address of this server")
        operator.admin("purge-media", "mxc://x").refused("mxc://x is no mxc:// address")
        operator.admin("deactivate", "").refused("Something that is named is empty")
        assert operator.admin("purge-media", "--user", "anna").ok().out == "0 uploads deleted\n"
        operator.admin("deactivate", "anna").ok()
        (await anna.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    operator.admin("deactivate", "anna").refused("There is no such account")


def test_invitations_are_revoked_while_no_server_runs(on_sqlite: CommandLine) -> None:
    assert "spring" in on_sqlite.admin("registration-token", "create", "spring").ok().out
    on_sqlite.admin("registration-token", "create", "spring").refused("such a token already")
    assert "any number of uses, for ever" in on_sqlite.admin("registration-token", "list").ok().out
    on_sqlite.admin("registration-token", "revoke").refused("which token is to be revoked?")
    on_sqlite.admin("registration-token", "revoke", "spring").ok()
    on_sqlite.admin("registration-token", "revoke", "spring").refused("There is no such token")
    assert on_sqlite.admin("registration-token", "list").ok().out == ""


@pytest.mark.parametrize(
    "command",
    [
        ("purge-media", "--unused-days", "-5"),
        ("purge-media", "--unused-days", "0"),
        ("purge-history", "!room:localhost", "--before-days", "-1"),
        ("registration-token", "create", "--uses", "0"),
        ("registration-token", "create", "--expires-days", "-1"),
    ],
)
def test_what_is_counted_is_at_least_one(on_sqlite: CommandLine, command: tuple[str, ...]) -> None:
    done = on_sqlite.admin(*command)
    assert (done.code, done.out) == (2, "")
    assert f"argument {command[-2]}: must be at least 1" in done.err
