"""Asking for letters: what is sent, how often, in which words, and for how long it is good."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from teahouse import config
from teahouse.homeserver.threepids.sessions import LIFETIME_MS
from teahouse.homeserver.threepids.tables import email_session
from teahouse.kit.clock import ManualClock
from teahouse.kit.limits import LIMITS
from tests.people import client_of
from tests.post_office import PostOffice
from tests.server import Server, running
from tests.threepids.correspondent import ADD, REGISTER, RESET, SECRET, Correspondent

MAIL = "dora@mail.example"


async def test_a_repeated_attempt_sends_nothing(nobody: Correspondent, office: PostOffice) -> None:
    first = (await nobody.ask(REGISTER, MAIL, attempt=3)).ok()["sid"]
    letter = await office.has(1)
    for attempt in (3, 2, 0):
        again = await nobody.ask(REGISTER, "DORA@mail.example", attempt=attempt)
        assert again.ok()["sid"] == first
    assert (await nobody.ask(REGISTER, MAIL, attempt=4)).ok()["sid"] == first
    newer = await office.has(2)
    # The newest letter is the good one.
    assert (await nobody.open(letter)).status_code == 404
    assert (await nobody.press(letter)).status_code == 404
    assert (await nobody.press(newer)).status_code == 200
    # What is confirmed needs no further letter.
    assert (await nobody.ask(REGISTER, MAIL, attempt=5)).ok()["sid"] == first
    # Another secret, address or purpose is another question.
    other = [
        await nobody.ask(REGISTER, MAIL, secret="other"),
        await nobody.ask(REGISTER, "eve@mail.example"),
        await nobody.ask(ADD, MAIL),
    ]
    assert len({first, *(answer.ok()["sid"] for answer in other)}) == 4
    await office.has(5)


async def test_a_link_is_good_for_an_hour_and_so_is_what_it_confirms(
    nobody: Correspondent, office: PostOffice, clock: ManualClock, server: Server
) -> None:
    sid = (await nobody.ask(REGISTER, MAIL)).ok()["sid"]
    clock.advance(LIFETIME_MS - 1)
    letter = await office.has(1)
    assert (await nobody.press(letter)).status_code == 200
    clock.advance(LIFETIME_MS)
    (await nobody.register("dora", sid)).refused(401, "M_THREEPID_AUTH_FAILED")
    assert (await nobody.open(letter)).status_code == 404

    # It begins anew, whatever the attempt's number.
    assert (await nobody.ask(REGISTER, MAIL, attempt=1)).ok()["sid"] == sid
    late = await office.has(2)
    clock.advance(LIFETIME_MS)
    assert (await nobody.press(late)).status_code == 404
    (await nobody.register("dora", sid)).refused(401, "M_THREEPID_AUTH_FAILED")

    count = sa.select(sa.func.count()).select_from(email_session)
    assert await server.teahouse.database.read(lambda tx: tx.scalar(count)) == 1
    await server.teahouse.pruning.prune()
    assert await server.teahouse.database.read(lambda tx: tx.scalar(count)) == 0


@pytest.mark.parametrize(
    ("language", "subject", "parts"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "localhost：确认您的邮箱", 1),
        ("en", "localhost: confirm your e-mail address", 1),
        ("de, en;q=0.3, zh;q=0.2", "localhost: confirm your e-mail address", 1),
        ("de", "localhost：确认您的邮箱 / localhost: confirm your e-mail address", 2),
        ("zh;q=0, ;;=, en;q=nan", "localhost：确认您的邮箱 / localhost: confirm", 2),
    ],
)
async def test_letters_are_in_the_language_of_whoever_asks(
    nobody: Correspondent, office: PostOffice, language: str, subject: str, parts: int
) -> None:
    (await nobody.ask(REGISTER, MAIL, language=language)).ok()
    letter = await office.has(1)
    assert letter.subject.startswith(subject)
    assert letter.text.count(letter.link) == parts
    assert letter.message.get_content_type() == "text/plain"
    assert letter.message["From"].addresses[0].display_name == "茶馆"
    assert letter.sender == "tea@tea.example"
    assert SECRET not in letter.message.as_string()


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"email": None}, "M_MISSING_PARAM"),
    ({"client_secret": None}, "M_MISSING_PARAM"),
    ({"send_attempt": None}, "M_MISSING_PARAM"),
    ({"email": "dora"}, "M_INVALID_PARAM"),
    ({"email": "Dora <dora@mail.example>"}, "M_INVALID_PARAM"),
    ({"email": "dora@mail.example\r\nBcc: eve@mail.example"}, "M_INVALID_PARAM"),
    ({"email": "x" * 2001}, "M_BAD_JSON"),
    ({"email": 7}, "M_BAD_JSON"),
    ({"client_secret": ""}, "M_INVALID_PARAM"),
    ({"client_secret": "a b"}, "M_INVALID_PARAM"),
    ({"client_secret": "x" * 256}, "M_INVALID_PARAM"),
    ({"send_attempt": -1}, "M_BAD_JSON"),
    ({"send_attempt": 2**53}, "M_BAD_JSON"),
    ({"send_attempt": 1.5}, "M_BAD_JSON"),
    ({"next_link": "javascript:alert(1)"}, "M_INVALID_PARAM"),
    ({"next_link": "https://"}, "M_INVALID_PARAM"),
    ({"next_link": "https://a;script-src/"}, "M_INVALID_PARAM"),
    ({"next_link": "https://me@host.example/"}, "M_INVALID_PARAM"),
    ({"next_link": "https://host.example/\r\nX: y"}, "M_INVALID_PARAM"),
]


async def test_what_is_malformed_sends_nothing(
    nobody: Correspondent, office: PostOffice, server: Server
) -> None:
    head = server.teahouse.log.head
    whole = {"email": MAIL, "client_secret": SECRET, "send_attempt": 1}
    for path in (REGISTER, RESET, ADD):
        for wrong, errcode in WRONG:
            (await nobody.post(path, whole | wrong)).refused(400, errcode)
        (await nobody.post(path, b"{")).refused(400, "M_NOT_JSON")
    assert server.teahouse.log.head == head
    assert office.attempts == 0


async def test_phone_numbers_are_refused(nobody: Correspondent) -> None:
    body = {"country": "CN", "phone_number": "1", "client_secret": SECRET, "send_attempt": 1}
    for path, refusal in (
        ("/register/msisdn", (403, "M_THREEPID_DENIED")),
        ("/account/password/msisdn", (403, "M_THREEPID_DENIED")),
        ("/account/3pid/msisdn", (400, "M_THREEPID_MEDIUM_NOT_SUPPORTED")),
    ):
        (await nobody.post(f"{path}/requestToken", body)).refused(*refusal)
        for missing in body:
            less = {name: value for name, value in body.items() if name != missing}
            (await nobody.post(f"{path}/requestToken", less)).refused(400, "M_MISSING_PARAM")


@pytest.fixture
async def limited(with_mail: config.Config, clock: ManualClock) -> AsyncIterator[httpx.AsyncClient]:
    """A server with limits, which says at once whether an address has an account."""
    open_about = replace(with_mail, no_rate_limits=False, reveal_emails=True)
    async with running(open_about, clock) as server, client_of(server.url) as http:
        yield http


async def test_letters_to_one_mailbox_are_few_and_then_far_between(
    limited: httpx.AsyncClient, office: PostOffice, clock: ManualClock
) -> None:
    nobody, few = Correspondent(limited), LIMITS["mailbox"].burst
    for attempt in range(few):
        (await nobody.ask(REGISTER, MAIL, attempt=attempt)).ok()
    await office.has(few)
    # Also for another purpose or secret; a repetition costs nothing; others are not held up.
    (await nobody.ask(ADD, MAIL, secret="other")).refused(429, "M_LIMIT_EXCEEDED")
    (await nobody.ask(REGISTER, MAIL, attempt=few - 1)).ok()
    (await nobody.ask(REGISTER, "eve@mail.example")).ok()
    await office.has(few + 1)
    clock.advance(600_000)
    (await nobody.ask(ADD, MAIL, secret="other")).ok()
    await office.has(few + 2)


async def test_one_place_asks_for_so_many_letters(
    limited: httpx.AsyncClient, clock: ManualClock
) -> None:
    nobody = Correspondent(limited)
    for number in range(LIMITS["mail"].burst):
        (await nobody.ask(REGISTER, f"dora{number}@mail.example")).ok()
    refused = await nobody.ask(REGISTER, "eve@mail.example")
    clock.advance(refused.refused(429, "M_LIMIT_EXCEEDED")["retry_after_ms"])
    (await nobody.ask(REGISTER, "eve@mail.example")).ok()


async def test_where_the_house_is_open_about_addresses_no_letter_is_needed_to_know(
    limited: httpx.AsyncClient, office: PostOffice
) -> None:
    nobody = Correspondent(limited)
    sid = await nobody.confirmed(office, REGISTER, MAIL)
    (await nobody.register("dora", sid)).ok()
    (await nobody.ask(REGISTER, MAIL)).refused(400, "M_THREEPID_IN_USE")
    (await nobody.ask(ADD, MAIL)).refused(400, "M_THREEPID_IN_USE")
    (await nobody.ask(RESET, "eve@mail.example")).refused(400, "M_THREEPID_NOT_FOUND")
    (await nobody.ask(RESET, MAIL)).ok()
    await office.has(2)
