"""Somebody with a mailbox: asks for letters, opens their links, presses the button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tests.people import PASSWORD, Answer, Person
from tests.post_office import Delivered, PostOffice

SECRET = "canary.client_secret=1"
REGISTER = "/register/email/requestToken"
RESET = "/account/password/email/requestToken"
ADD = "/account/3pid/email/requestToken"
CONFIRM = "/_teahouse/client/v1/email/confirm"


@dataclass
class Correspondent(Person):
    async def ask(
        self,
        path: str,
        address: str,
        *,
        secret: str = SECRET,
        attempt: int = 1,
        language: str | None = None,
        **more: Any,
    ) -> Answer:
        body = {"email": address, "client_secret": secret, "send_attempt": attempt, **more}
        if language is not None:
            self.http.headers["accept-language"] = language
        try:
            return await self.post(path, body)
        finally:
            self.http.headers.pop("accept-language", None)

    async def open(self, letter: Delivered) -> httpx.Response:
        return await self.http.get(letter.link)

    async def press(self, letter: Delivered) -> httpx.Response:
        return await self.http.post(CONFIRM, data=letter.form)

    async def confirmed(self, office: PostOffice, path: str, address: str, **more: Any) -> str:
        """The sid of a validation whose letter has come and was confirmed."""
        count = len(office.delivered) + 1
        sid: str = (await self.ask(path, address, **more)).ok()["sid"]
        assert (await self.press(await office.has(count))).status_code == 200
        return sid

    async def register(self, name: str, sid: str, secret: str = SECRET, **auth: Any) -> Answer:
        body = {"username": name, "password": PASSWORD, "auth": by_email(sid, secret) | auth}
        return await self.post("/register", body)

    async def reset(self, sid: str, new: str, secret: str = SECRET, **more: Any) -> Answer:
        body = {"new_password": new, "auth": by_email(sid, secret), **more}
        return await self.post("/account/password", body, token="")


def by_email(sid: str, secret: str = SECRET) -> dict[str, Any]:
    creds = {"sid": sid, "client_secret": secret}
    return {"type": "m.login.email.identity", "threepid_creds": creds}


def by_password(password: str = PASSWORD) -> dict[str, Any]:
    return {"type": "m.login.password", "password": password}


def at_address(address: str, password: str = PASSWORD, medium: str = "email") -> dict[str, Any]:
    identifier = {"type": "m.id.thirdparty", "medium": medium, "address": address}
    return {"type": "m.login.password", "identifier": identifier, "password": password}


async def addresses(person: Person) -> list[str]:
    found = (await person.get("/account/3pid")).ok()["threepids"]
    assert all(one["medium"] == "email" for one in found)
    return [one["address"] for one in found]
