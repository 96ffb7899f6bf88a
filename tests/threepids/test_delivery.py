"""Letters reach the post office in the end, by a safe way, and leave no trace in a log."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from teahouse import config
from teahouse.kit.clock import ManualClock
from teahouse.kit.database import ReadTx
from teahouse.kit.outbox.owner import HOUR_MS
from teahouse.kit.outbox.tables import outbox
from tests.people import client_of
from tests.post_office import PASSWORD, USER, PostOffice, post_office
from tests.server import Server, running
from tests.threepids.correspondent import REGISTER, SECRET, Correspondent

MAIL = "canary.mailbox@mail.example"


async def until_waiting(server: Server, attempts: int | None) -> None:
    """Returns once the letter that waits has failed so often; None: when none waits."""
    committed = asyncio.Event()
    server.teahouse.log.bus.wake(lambda _: committed.set())
    async with asyncio.timeout(20):
        while await server.teahouse.database.read(_attempts) != attempts:
            await committed.wait()
            committed.clear()


def _attempts(tx: ReadTx) -> int | None:
    found: int | None = tx.scalar(sa.select(outbox.c.attempts))
    return found


@asynccontextmanager
async def house(
    settings: config.Config, clock: ManualClock, **more: Any
) -> AsyncIterator[tuple[Server, Correspondent]]:
    async with (
        running(replace(settings, **more), clock) as server,
        client_of(server.url) as http,
    ):
        yield server, Correspondent(http)


async def test_a_post_office_that_is_busy_is_tried_again(
    nobody: Correspondent, office: PostOffice, server: Server, clock: ManualClock
) -> None:
    office.reply = "451 Come back later"
    (await nobody.ask(REGISTER, MAIL)).ok()
    await until_waiting(server, 1)
    clock.advance(5_000)
    server.teahouse.outbox.wake()
    await until_waiting(server, 2)
    office.reply = "250 Taken"
    clock.advance(10_000)
    server.teahouse.outbox.wake()
    letter = await office.has(1)
    await until_waiting(server, None)
    assert office.attempts == 3
    assert (await nobody.press(letter)).status_code == 200


async def test_a_letter_waits_for_a_post_office_that_is_closed_also_over_a_restart(
    with_mail: config.Config, clock: ManualClock
) -> None:
    async with post_office() as closed:
        pass
    async with house(with_mail, clock, smtp_port=closed.port) as (server, nobody):
        sid = (await nobody.ask(REGISTER, MAIL)).ok()["sid"]
        await until_waiting(server, 1)
    clock.advance(5_000)
    async with (
        post_office(port=closed.port) as office,
        house(with_mail, clock, smtp_port=closed.port) as (server, nobody),
    ):
        letter = await office.has(1)
        assert (await nobody.press(letter)).status_code == 200
        (await nobody.register("dora", sid)).ok()


async def test_a_letter_is_given_up_with_its_link(
    nobody: Correspondent, office: PostOffice, server: Server, clock: ManualClock
) -> None:
    office.reply = "451 Come back later"
    (await nobody.ask(REGISTER, MAIL)).ok()
    await until_waiting(server, 1)
    clock.advance(HOUR_MS)
    server.teahouse.outbox.wake()
    await until_waiting(server, None)
    assert office.delivered == []


@pytest.mark.parametrize("wrong", [{"reply": "554 No"}, {"rcpt_reply": "550 No such mailbox"}])
async def test_what_is_refused_for_good_is_not_sent_again(
    nobody: Correspondent, office: PostOffice, server: Server, wrong: dict[str, str]
) -> None:
    for name, reply in wrong.items():
        setattr(office, name, reply)
    (await nobody.ask(REGISTER, MAIL)).ok()
    await office.tried(1)
    await until_waiting(server, None)
    office.reply = office.rcpt_reply = "250 OK"
    (await nobody.ask(REGISTER, MAIL, attempt=2)).ok()
    await office.has(1)
    assert office.attempts == 2


async def test_a_mailbox_that_the_post_office_can_not_name_is_left_out(
    with_mail: config.Config, clock: ManualClock
) -> None:
    async with (
        post_office(takes_utf8=False) as office,
        house(with_mail, clock, smtp_port=office.port) as (server, nobody),
    ):
        (await nobody.ask(REGISTER, "王@mail.example")).ok()
        await until_waiting(server, None)
        # A domain has a name in ASCII, whatever it looks like.
        (await nobody.ask(REGISTER, "wang@例子.example")).ok()
        assert (await office.has(1)).mailbox == "wang@xn--fsqu00a.example"


@pytest.mark.parametrize("kind", ["starttls", "tls"])
async def test_letters_go_encrypted_with_the_name_and_password_of_the_house(
    kind: str,
    with_mail: config.Config,
    clock: ManualClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = certificate(tmp_path)
    ways: dict[str, Any] = {kind: context}
    async with (
        post_office(**ways, with_login=True) as office,
        house(
            with_mail,
            clock,
            smtp_port=office.port,
            smtp_tls=kind,
            smtp_user=USER,
            smtp_password=PASSWORD,
        ) as (server, nobody),
    ):
        # A certificate that nobody vouches for is as good as none.
        (await nobody.ask(REGISTER, MAIL)).ok()
        await until_waiting(server, 1)
        assert office.attempts == 0
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        clock.advance(5_000)
        server.teahouse.outbox.wake()
        assert (await office.has(1)).login == f"{USER}"


async def test_nothing_is_said_in_clear_to_a_post_office_without_tls(
    with_mail: config.Config, clock: ManualClock
) -> None:
    login = {"smtp_user": USER, "smtp_password": PASSWORD}
    async with (
        post_office(with_login=True) as office,
        house(with_mail, clock, smtp_port=office.port, smtp_tls="starttls", **login) as (
            server,
            nobody,
        ),
    ):
        (await nobody.ask(REGISTER, MAIL)).ok()
        await until_waiting(server, 1)
        assert office.attempts == 0


async def test_no_log_has_an_address_a_secret_a_link_or_a_password(
    with_mail: config.Config, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    login = {"smtp_user": USER, "smtp_password": "canary-wrong-password"}
    async with post_office(with_login=True) as office:
        with structlog.testing.capture_logs() as lines:
            async with house(with_mail, clock, smtp_port=office.port, **login) as (server, nobody):
                sid = (await nobody.ask(REGISTER, MAIL)).ok()["sid"]
                await until_waiting(server, 1)
            right = {"smtp_user": USER, "smtp_password": PASSWORD}
            clock.advance(5_000)
            async with house(with_mail, clock, smtp_port=office.port, **right) as (server, nobody):
                letter = await office.has(1)
                await nobody.press(letter)
                (await nobody.register("dora", sid)).ok()
                office.rcpt_reply = f"550 No mailbox {MAIL}"
                (await nobody.ask(REGISTER, MAIL, attempt=2)).ok()
                await office.tried(2)
                await until_waiting(server, None)
    # The test's own client and post office log what they are given; the server does not.
    own = [
        record.getMessage()
        for record in caplog.records
        if record.name.split(".")[0] not in ("httpx", "httpcore", "mail", "asyncio")
    ]
    said = "\n".join([*own, *map(str, lines)])
    assert said.count("a mail was not taken") == 2
    for secret in (MAIL, "canary", PASSWORD, SECRET, letter.form["token"], sid):
        assert secret not in said


def certificate(folder: Path) -> ssl.SSLContext:
    """One for this machine's address, signed by itself; the file can be trusted by name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "post.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
