"""Who may call an operation, and who is calling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


class Access(Enum):
    ANYONE = auto()
    """No token is asked for; one that is sent is not looked at."""
    SERVICE = auto()
    """No token is asked for; one of an application service is used, others are not looked at."""
    OPTIONAL = auto()
    """A valid token is used, an invalid one is refused, none is fine."""
    USER = auto()
    """A token of an account that is not a guest."""
    GUEST = auto()
    """A token of any account, guests included."""
    ADMIN = auto()
    """A token of an account that may administer."""


class Service(Protocol):
    """An application service: it acts for the users, and names the rooms, that it has."""

    @property
    def id(self) -> str: ...
    def has_user(self, user_id: str) -> bool: ...
    def has_alias(self, alias: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Requester:
    """The account and device a request acts for."""

    user_id: str
    device_id: str
    is_guest: bool = False
    is_admin: bool = False
    is_locked: bool = False
    is_suspended: bool = False
    service: Service | None = None
    """Who asks in the account's place; then `device_id` may be empty."""
    is_unlimited: bool = False
    """No rate limit counts."""


Query = Callable[[str], str | None]
"""The value of a query parameter."""


class Authenticator(Protocol):
    def known(self, token: str) -> Requester | None:
        """The requester of a token that is in memory: no wait, no I/O."""
        ...

    def service(self, token: str) -> Requester | None:
        """As which account an application service acts, by its token."""
        ...

    async def authenticate(self, token: str, query: Query) -> Requester:
        """`query` says as whom an application service acts.

        Errors: M_UNKNOWN_TOKEN (with soft_logout); M_FORBIDDEN, M_UNKNOWN_DEVICE.
        """
        ...
