"""Stages that anybody can pass in a browser: a form each."""

from __future__ import annotations

from collections.abc import Mapping

from teahouse.homeserver.accounts.uia import DUMMY, REGISTRATION_TOKEN, AuthData


class DummyForm:
    """Nothing but its button."""

    def fields(self, _waiting: AuthData | None) -> str:
        return ""

    async def read(self, _form: Mapping[str, str], _languages: str | None) -> AuthData:
        return AuthData(type=DUMMY)


class InvitationForm:
    def fields(self, _waiting: AuthData | None) -> str:
        return (
            '<label>邀请码 · Invitation code<input name="token" required maxlength="64" '
            'autocomplete="off" autocapitalize="off"></label>'
        )

    async def read(self, form: Mapping[str, str], _languages: str | None) -> AuthData:
        return AuthData(type=REGISTRATION_TOKEN, token=form.get("token", ""))
