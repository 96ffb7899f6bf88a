"""What a confirmed address is good for: signing up, and setting a new password."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from teahouse.homeserver.accounts.registration import OnCreated
from teahouse.homeserver.accounts.uia import AuthData, Stage
from teahouse.homeserver.threepids.addresses import Addresses, has_no_account
from teahouse.homeserver.threepids.form import AddressForm
from teahouse.homeserver.threepids.sessions import Purpose
from teahouse.homeserver.threepids.validations import Proven, Validations
from teahouse.kit.errors import missing_param
from teahouse.kit.log import WriteTx
from teahouse.kit.randomness import Randomness


class Proofs:
    def __init__(
        self, validations: Validations, addresses: Addresses, randomness: Randomness
    ) -> None:
        self._validations = validations
        self._addresses = addresses
        self._randomness = randomness

    @property
    def sign_up(self) -> Stage:
        """The new account gets the address."""
        form = AddressForm(self._validations, Purpose.REGISTER, self._randomness)
        return Stage(self._sign_up, fallback=form)

    @property
    def reset(self) -> Stage:
        """Proves which account it is: a function of the transaction that ends the validation."""
        form = AddressForm(self._validations, Purpose.RESET, self._randomness)
        return Stage(self._reset, fallback=form)

    async def _sign_up(self, auth: AuthData) -> OnCreated:
        return partial(self.keep, await self._check(Purpose.REGISTER, auth))

    async def _reset(self, auth: AuthData) -> Callable[[WriteTx], str]:
        return partial(self._owner, await self._check(Purpose.RESET, auth))

    async def _check(self, purpose: Purpose, auth: AuthData) -> Proven:
        creds = auth.threepid_creds
        if creds is None:
            raise missing_param("threepid_creds")
        return await self._validations.check(purpose, creds.sid, creds.client_secret)

    def keep(self, proven: Proven, tx: WriteTx, user_id: str) -> None:
        """Errors: M_THREEPID_AUTH_FAILED, M_THREEPID_IN_USE, M_THREEPID_DENIED."""
        validated_at_ms = self._validations.use(tx, proven)
        self._addresses.give(tx, user_id, proven.address, validated_at_ms)

    def _owner(self, proven: Proven, tx: WriteTx) -> str:
        """Errors: M_THREEPID_AUTH_FAILED, M_THREEPID_NOT_FOUND."""
        self._validations.use(tx, proven)
        owner = self._addresses.owner(tx, proven.address)
        if owner is None:
            raise has_no_account()
        return owner
