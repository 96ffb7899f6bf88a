"""How often a password may be tried: guessing is slow, and keeps nobody out who is signed in.

Who is not signed in guesses at what they name, from a network: each network has its share, and all
together have one that is wide. A user ID and an e-mail address are counted apart, whether somebody
has them or not: what is refused tells nothing of whose address one is. Who is signed in shows
their own password only, and nobody else's guesses are counted against that.
"""

from __future__ import annotations

from teahouse.kit.limits import Limits, network_of


class Guesses:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def count(self, named: str, address: str) -> None:
        """`named`: an ID or an e-mail address, folded. Errors: M_LIMIT_EXCEEDED."""
        # First by network: what is refused there takes nothing from all the others.
        self._limits.check("guess", f"{named} {network_of(address)}", "")
        self._limits.check("guesses", named, "")

    def count_own(self, user_id: str) -> None:
        """Errors: M_LIMIT_EXCEEDED."""
        self._limits.check("reauthentication", user_id, "")
