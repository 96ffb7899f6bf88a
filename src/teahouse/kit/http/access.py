"""Who may call an operation, and who is calling."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


class Access(Enum):
    ANYONE = auto()
    """No token is asked for; one that is sent is not looked at."""
    OPTIONAL = auto()
    """A valid token is used, an invalid one is refused, none is fine."""
    USER = auto()
    """A token of an account that is not a guest."""
    GUEST = auto()
    """A token of any account, guests included."""
    ADMIN = auto()
    """A token of an account that may administer."""


@dataclass(frozen=True, slots=True)
class Requester:
    """The account and device a request acts for."""

    user_id: str
    device_id: str
    is_guest: bool = False
    is_admin: bool = False
    is_locked: bool = False
    is_suspended: bool = False


class Authenticator(Protocol):
    def known(self, token: str) -> Requester | None:
        """The requester of a token that is in memory: no wait, no I/O."""
        ...

    async def authenticate(self, token: str, address: str) -> Requester:
        """Errors: M_UNKNOWN_TOKEN (with soft_logout)."""
        ...
