"""Asking for a letter that validates an e-mail address; phone numbers are refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from teahouse.homeserver.threepids.letters import languages_of
from teahouse.homeserver.threepids.sessions import Purpose
from teahouse.homeserver.threepids.validations import Asked, Validations
from teahouse.kit.errors import Refused, invalid_param, missing_param
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.shapes import Count
from teahouse.kit.urls import UrlRefused, check_url
from teahouse.protocol.email_addresses import BadEmailAddress, folded_email
from teahouse.protocol.identifiers import is_client_secret

_HOST = re.compile(r"[0-9A-Za-z.\-:\[\]]+")

Text = Annotated[str, msgspec.Meta(max_length=2000)]


class RequestEmailBody(msgspec.Struct):
    client_secret: Text | None = None
    email: Text | None = None
    send_attempt: Count | None = None
    next_link: Text | None = None


class RequestPhoneBody(msgspec.Struct):
    client_secret: Text | None = None
    country: Text | None = None
    phone_number: Text | None = None
    send_attempt: Count | None = None


class RequestTokenApi:
    """`validations` None: no mail leaves this server."""

    def __init__(self, validations: Validations | None) -> None:
        self._validations = validations

    def routes(self) -> Sequence[Route]:
        v3 = "/_matrix/client/v3"
        handlers = {
            f"{v3}/register/email/requestToken": self.requestTokenToRegisterEmail,
            f"{v3}/register/msisdn/requestToken": self.requestTokenToRegisterMSISDN,
            f"{v3}/account/password/email/requestToken": self.requestTokenToResetPasswordEmail,
            f"{v3}/account/password/msisdn/requestToken": self.requestTokenToResetPasswordMSISDN,
            f"{v3}/account/3pid/email/requestToken": self.requestTokenTo3PIDEmail,
            f"{v3}/account/3pid/msisdn/requestToken": self.requestTokenTo3PIDMSISDN,
        }
        return [
            Route("POST", path, handler, Access.ANYONE, limit="mail", max_body_bytes=64 << 10)
            for path, handler in handlers.items()
        ]

    async def requestTokenToRegisterEmail(self, request: Request) -> Any:
        return await self._request(request, Purpose.REGISTER)

    async def requestTokenToResetPasswordEmail(self, request: Request) -> Any:
        return await self._request(request, Purpose.RESET)

    async def requestTokenTo3PIDEmail(self, request: Request) -> Any:
        return await self._request(request, Purpose.ADD)

    async def requestTokenToRegisterMSISDN(self, request: Request) -> Any:
        await self._refuse_phone(request, Purpose.REGISTER)

    async def requestTokenToResetPasswordMSISDN(self, request: Request) -> Any:
        await self._refuse_phone(request, Purpose.RESET)

    async def requestTokenTo3PIDMSISDN(self, request: Request) -> Any:
        await self._refuse_phone(request, Purpose.ADD)

    async def _request(self, request: Request, purpose: Purpose) -> Any:
        body = await request.json(RequestEmailBody)
        if body.email is None:
            raise missing_param("email")
        asked = Asked(
            purpose,
            _address(body.email),
            _secret(body.client_secret),
            _attempt(body.send_attempt),
            _link(body.next_link),
            languages_of(request.header("accept-language")),
        )
        if self._validations is None:
            raise _not_supported(purpose, "This server sends no e-mail")
        return {"sid": await self._validations.request(asked)}

    async def _refuse_phone(self, request: Request, purpose: Purpose) -> None:
        body = await request.json(RequestPhoneBody)
        if body.phone_number is None:
            raise missing_param("phone_number")
        if body.country is None:
            raise missing_param("country")
        _secret(body.client_secret)
        _attempt(body.send_attempt)
        raise _not_supported(purpose, "This server sends no text messages")


def _not_supported(purpose: Purpose, message: str) -> Refused:
    """The specification has the first code for the addresses of an account only."""
    is_contact = purpose is Purpose.ADD
    return Refused(
        "M_THREEPID_MEDIUM_NOT_SUPPORTED" if is_contact else "M_THREEPID_DENIED", message
    )


def _address(given: str) -> str:
    try:
        return folded_email(given)
    except BadEmailAddress as error:
        raise invalid_param(error.reason) from None


def _secret(given: str | None) -> str:
    if given is None:
        raise missing_param("client_secret")
    if not is_client_secret(given):
        raise invalid_param("A client secret has 1 to 255 of 0-9 a-z A-Z . = _ -")
    return given


def _attempt(given: int | None) -> int:
    if given is None:
        raise missing_param("send_attempt")
    return given


def _link(given: str | None) -> str | None:
    """A page for the browser of whoever confirms; this server never asks it."""
    if not given:
        return None
    try:
        check_url(given, allow_private=True)
    except UrlRefused as error:
        raise invalid_param(f"next_link: {error}") from None
    # It is named in a header of the page that leads there.
    if _HOST.fullmatch(urlsplit(given).netloc) is None:
        raise invalid_param("next_link: the host has characters that hosts don't have")
    return given
