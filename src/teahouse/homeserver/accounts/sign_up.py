"""What is asked of someone who signs up, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.homeserver.accounts.uia import DUMMY, EMAIL, REGISTRATION_TOKEN, TERMS, Flows, Stage


@dataclass(frozen=True, slots=True)
class SignUp:
    """`email` and `terms` are None where they are not asked for.

    What these two stages prove is an `accounts.registration.OnCreated`.
    """

    is_open: bool
    terms: Stage | None = None
    email: Stage | None = None
    needs_email: bool = False

    @property
    def flows(self) -> Flows:
        asked = self._asked()
        if self.email is None:
            return [asked or [DUMMY]]
        if self.needs_email:
            return [[*asked, EMAIL]]
        # Stages are passed in order, so whoever begins with the mail has chosen the second flow.
        return [asked or [DUMMY], [EMAIL, *asked]]

    @property
    def further_stages(self) -> dict[str, Stage]:
        """Those of other packages."""
        given = {TERMS: self.terms, EMAIL: self.email}
        return {name: stage for name, stage in given.items() if stage is not None}

    def _asked(self) -> Sequence[str]:
        token = [] if self.is_open else [REGISTRATION_TOKEN]
        return [*token, TERMS] if self.terms is not None else token
