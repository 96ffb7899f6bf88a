"""Accounts from the command line, while the server runs and while it doesn't."""

from __future__ import annotations

import stat

import sqlalchemy as sa

from teahouse.homeserver.accounts.tables import account
from teahouse.kit.database import Database, database_url
from tests.admin.command import CommandLine
from tests.people import client_of, sign_in
from tests.process import ServerProcess


async def may_sign_in(server: ServerProcess, name: str, password: str) -> None:
    async with client_of(server.url) as http:
        await sign_in(http, name, password)


async def test_an_account_is_made_through_the_running_server(
    operator: CommandLine, running: ServerProcess
) -> None:
    made = operator.admin("create-user", "Anna").ok()
    assert "@anna:localhost" in made.out
    await may_sign_in(running, "anna", made.value("Password:"))
    operator.admin("create-user", "anna").refused("This name is taken")
    operator.admin("create-user", "an na").refused("Names have a-z")
    operator.admin("create-user", "bo", "--password-stdin", typed="\n").refused("is empty")
    operator.admin("create-user", "bella", "--admin").ok()
    assert admins(operator) == ["@bella:localhost"]


async def test_the_socket_and_the_database_are_their_owners_only(on_sqlite: CommandLine) -> None:
    """Also in a folder that was there, and that others may look into."""
    on_sqlite.data.mkdir(mode=0o755)
    server = ServerProcess(on_sqlite.data).wait_until_ready()
    mode = (on_sqlite.data / "admin.sock").stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600
    for file in on_sqlite.data.glob("teahouse.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert server.stop() == 0


async def test_an_account_is_made_before_the_server_first_runs(operator: CommandLine) -> None:
    typed = "a pot of pu'er"
    made = operator.admin("create-user", "anna", "--password-stdin", typed=typed + "\n").ok()
    assert typed not in made.out
    operator.admin("create-user", "anna").refused("This name is taken")
    server = ServerProcess(operator.data, *operator.flags, is_open=False).wait_until_ready()
    try:
        await may_sign_in(server, "@anna:localhost", typed)
        assert "/signup?invitation=" not in "".join(server.lines)
    finally:
        server.stop()


async def test_a_password_is_reset_through_the_running_server(
    operator: CommandLine, running: ServerProcess
) -> None:
    first = operator.admin("create-user", "anna").ok().value("Password:")
    async with client_of(running.url) as http:
        anna = await sign_in(http, "anna", first)
        second = operator.admin("reset-password", "anna").ok().value("Password:")
        (await anna.get("/account/whoami")).ok()
        operator.admin("reset-password", "anna", "--sign-out").ok()
        (await anna.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    assert second != first
    operator.admin("reset-password", "bella").refused("There is no such account")


async def test_a_password_is_reset_while_no_server_runs(operator: CommandLine) -> None:
    operator.admin("create-user", "anna", "--server-name", "tea.example").ok()
    # The name is the database's own: it need not be said again, and can't be another.
    reset = operator.admin("reset-password", "@anna:tea.example").ok()
    operator.admin("reset-password", "anna", "--server-name", "x.example").refused(
        "this server is called tea.example"
    )
    flags = [*operator.flags, "--server-name", "tea.example"]
    server = ServerProcess(operator.data, *flags).wait_until_ready()
    try:
        await may_sign_in(server, "anna", reset.value("Password:"))
    finally:
        server.stop()


def admins(operator: CommandLine) -> list[str]:
    database = Database(database_url(operator.database_url, operator.data))
    with database.snapshot() as tx:
        found = tx.scalars(sa.select(account.c.user_id).where(account.c.is_admin))
    database.close()
    return list(found)


def test_a_deep_folder_has_a_socket_too(on_sqlite: CommandLine) -> None:
    deep = CommandLine(on_sqlite.data / ("d" * 60) / ("e" * 60), on_sqlite.database_url)
    server = ServerProcess(deep.data, *deep.flags).wait_until_ready()
    try:
        deep.admin("create-user", "anna").ok()
    finally:
        server.stop()


def test_a_socket_left_by_a_killed_server_is_in_nobodys_way(on_sqlite: CommandLine) -> None:
    ServerProcess(on_sqlite.data, *on_sqlite.flags).wait_until_ready().kill()
    assert (on_sqlite.data / "admin.sock").exists()
    on_sqlite.admin("create-user", "anna").ok()
    server = ServerProcess(on_sqlite.data, *on_sqlite.flags).wait_until_ready()
    on_sqlite.admin("create-user", "anna").refused("This name is taken")
    assert server.stop() == 0
    assert not (on_sqlite.data / "admin.sock").exists()


def test_a_command_that_is_none_is_refused(on_sqlite: CommandLine) -> None:
    outcome = on_sqlite.admin("make-tea")
    assert outcome.code == 2
    assert "create-user" in outcome.err
