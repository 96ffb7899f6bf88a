"""A real SMTP server on a free port of this machine, which keeps what it is given."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.smtp import SMTP, AuthResult

HOME = "https://tea.example"
LINK = re.compile(rf"{HOME}/_teahouse\S+")
USER, PASSWORD = "teahouse", "canary-smtp-password"


@dataclass(frozen=True)
class Delivered:
    sender: str
    mailbox: str
    message: EmailMessage
    login: str | None

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return str(self.message.get_content())

    @property
    def link(self) -> str:
        """The path and query of the one link."""
        (found,) = set(LINK.findall(self.text))
        return str(found).removeprefix(HOME)

    @property
    def form(self) -> dict[str, str]:
        """What the page of the link sends when its button is pressed."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.link).query).items()}


@dataclass
class PostOffice:
    """`reply` may be changed while it runs: what the end of a letter is answered with."""

    reply: str = "250 Taken"
    rcpt_reply: str = "250 OK"
    delivered: list[Delivered] = field(default_factory=list)
    attempts: int = 0
    port: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.rcpt_reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        else:
            self._note()
        return self.rcpt_reply

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        if self.reply.startswith("2"):
            content = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(content, EmailMessage)
            login = session.auth_data.decode() if session.auth_data else None
            (mailbox,) = envelope.rcpt_tos
            self.delivered.append(Delivered(envelope.mail_from, mailbox, content, login))
        self._note()
        return self.reply

    def _note(self) -> None:
        self.attempts += 1
        self._news.set()

    async def has(self, count: int) -> Delivered:
        """The newest letter, once there are `count`."""
        async with asyncio.timeout(20):
            while len(self.delivered) < count:
                await self.tried()
        assert len(self.delivered) == count
        return self.delivered[-1]

    async def tried(self, times: int = 0) -> None:
        """Returns when `times` letters were brought, or one more than now."""
        times = times or self.attempts + 1
        async with asyncio.timeout(20):
            while self.attempts < times:
                self._news.clear()
                await self._news.wait()


def _authenticate(
    _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any
) -> AuthResult:
    is_right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False, auth_data=given.login)


@asynccontextmanager
async def post_office(
    *,
    port: int = 0,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    with_login: bool = False,
    takes_utf8: bool = True,
) -> AsyncIterator[PostOffice]:
    office = PostOffice()
    loop = asyncio.get_running_loop()
    connections: list[SMTP] = []

    def connection() -> SMTP:
        with warnings.catch_warnings():
            # A password in clear: on this machine, and not a real one.
            warnings.simplefilter("ignore", UserWarning)
            made = smtp()
        connections.append(made)
        return made

    def smtp() -> SMTP:
        return SMTP(
            office,
            hostname="post.example",
            enable_SMTPUTF8=takes_utf8,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=with_login,
            auth_require_tls=False,
            authenticator=_authenticate if with_login else None,
            loop=loop,
        )

    server = await loop.create_server(connection, "127.0.0.1", port, ssl=tls)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        for one in connections:
            if one.transport is not None:
                one.transport.close()
        await server.wait_closed()
