"""Validating an address in a browser, for whoever's client does not know how."""

from __future__ import annotations

from collections.abc import Mapping

from teahouse.homeserver.accounts.uia import EMAIL, AuthData, ThreepidCreds
from teahouse.homeserver.threepids.letters import languages_of
from teahouse.homeserver.threepids.sessions import Purpose
from teahouse.homeserver.threepids.validations import Asked, Validations
from teahouse.kit.errors import invalid_param
from teahouse.kit.randomness import Randomness
from teahouse.protocol.email_addresses import BadEmailAddress, folded_email


class AddressForm:
    """Implements accounts.uia.Fallback: asks for an address, then for its link to be opened."""

    def __init__(self, validations: Validations, purpose: Purpose, randomness: Randomness) -> None:
        self._validations = validations
        self._randomness = randomness
        self._purpose = purpose

    def fields(self, waiting: AuthData | None) -> str:
        words, needed = "邮箱 · E-mail address", " required"
        if waiting is not None:
            words, needed = "换一个邮箱（可不填）· Another address (if need be)", ""
        field = f'<input type="email" name="address" autocomplete="email"{needed}>'
        return f"<label>{words}{field}</label>"

    async def read(self, form: Mapping[str, str], languages: str | None) -> AuthData | None:
        """Errors: M_INVALID_PARAM; those of Validations.request."""
        if "address" not in form:
            return None
        try:
            address = folded_email(form["address"])
        except BadEmailAddress as error:
            raise invalid_param(error.reason) from None
        secret = self._randomness.string(32)
        asked = Asked(self._purpose, address, secret, 1, None, languages_of(languages))
        sid = await self._validations.request(asked)
        return AuthData(type=EMAIL, threepid_creds=ThreepidCreds(sid, secret))
