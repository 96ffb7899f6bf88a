"""One server a folder, one name a server, one link for the first account."""

from __future__ import annotations

import re
import socket

from tests.admin.command import CommandLine
from tests.people import PASSWORD, Answer, Person, client_of
from tests.process import ServerProcess

LINK = re.compile(r"http://localhost:[0-9]+/signup\?invitation=([0-9A-Za-z]+)")


def serve(operator: CommandLine, *flags: str) -> ServerProcess:
    return ServerProcess(operator.data, *operator.flags, *flags, is_open=False)


def operators_token(server: ServerProcess) -> str:
    return server.wait_for(LINK)[1]


async def register(server: ServerProcess, name: str, token: str) -> Answer:
    auth = {"type": "m.login.registration_token", "token": token}
    body = {"username": name, "password": PASSWORD, "auth": auth}
    async with client_of(server.url) as http:
        return await Person(http).post("/register", body)


def test_a_second_server_on_the_folder_is_refused(
    operator: CommandLine, running: ServerProcess
) -> None:
    second = operator.teahouse(
        "serve", "--data", str(operator.data), *operator.flags, "--port", "0"
    )
    second.refused("another teahouse server runs on")
    operator.admin("create-user", "anna").ok()


def test_a_server_can_not_change_its_name(operator: CommandLine) -> None:
    server = serve(operator, "--server-name", "tea.example").wait_until_ready()
    assert server.stop() == 0
    where = ["--data", str(operator.data), *operator.flags, "--port", "0"]
    other = operator.teahouse("serve", *where, "--server-name", "coffee.example")
    other.refused("this server is called tea.example; it can't become coffee.example")
    operator.teahouse("serve", *where).refused("it can't become localhost")
    assert serve(operator, "--server-name", "tea.example").wait_until_ready().stop() == 0


def test_what_is_no_server_name_is_refused(on_sqlite: CommandLine) -> None:
    where = ["--data", str(on_sqlite.data), *on_sqlite.flags, "--port", "0"]
    on_sqlite.teahouse("serve", *where, "--server-name", "a b").refused("can't be 'a b'")


def test_a_port_that_is_taken_is_refused(on_sqlite: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        where = ["--data", str(on_sqlite.data), *on_sqlite.flags, "--port", str(port)]
        on_sqlite.teahouse("serve", *where).refused(f"can't listen on 127.0.0.1, port {port}")


async def test_the_first_account_is_made_once_by_the_link(operator: CommandLine) -> None:
    first = serve(operator).wait_until_ready()
    token = operators_token(first)
    assert first.stop() == 0
    # A restart spoils no link.
    server = serve(operator).wait_until_ready()
    assert operators_token(server) == token
    (await register(server, "anna", "x" + token)).refused(401, "M_FORBIDDEN")
    (await register(server, "anna", token)).ok()
    (await register(server, "bella", token)).refused(401, "M_FORBIDDEN")
    assert server.stop() == 0
    later = serve(operator).wait_until_ready()
    assert later.stop() == 0
    assert LINK.search("".join(later.lines)) is None


def test_where_anyone_may_sign_up_there_is_no_link(on_sqlite: CommandLine) -> None:
    server = ServerProcess(on_sqlite.data, *on_sqlite.flags).wait_until_ready()
    assert server.stop() == 0
    assert LINK.search("".join(server.lines)) is None
