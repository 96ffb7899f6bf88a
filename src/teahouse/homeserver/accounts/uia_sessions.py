"""Sessions of user-interactive authentication, in memory that is bounded and shared fairly.

Whoever begins sessions pushes out their own first: a person, or one network where nobody is signed
in. When all places are taken, the neighbourhood that has most of them gives one back: who changes
from one network to the next stays in it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

MAX_SESSIONS = 10_000
SHARE = 100
"""Of one person, or one network."""


class Kept(Protocol):
    session_id: str
    beginner: str
    neighbours: str
    expires_at_ms: int


_Session = TypeVar("_Session", bound=Kept)


class _Owners:
    """Ids of sessions by whose they are; each one's in the order of their last use."""

    def __init__(self) -> None:
        self._of: dict[str, OrderedDict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._of)

    def use(self, owner: str, session_id: str) -> None:
        own = self._of.setdefault(owner, OrderedDict())
        own[session_id] = None
        own.move_to_end(session_id)

    def drop(self, owner: str, session_id: str) -> None:
        own = self._of[owner]
        del own[session_id]
        if not own:
            del self._of[owner]

    def count(self, owner: str) -> int:
        return len(self._of.get(owner, ()))

    def oldest(self, owner: str) -> str:
        return next(iter(self._of[owner]))

    def who_has_most(self) -> str:
        return max(self._of, key=lambda owner: len(self._of[owner]))


class Sessions(Generic[_Session]):
    def __init__(self) -> None:
        self._by_id: OrderedDict[str, _Session] = OrderedDict()
        """In the order of their last use, so the first expires first."""
        self._beginners = _Owners()
        self._neighbourhoods = _Owners()

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[_Session]:
        return iter(self._by_id.values())

    @property
    def beginners(self) -> int:
        return len(self._beginners)

    def get(self, session_id: str) -> _Session | None:
        return self._by_id.get(session_id)

    def use(self, session: _Session, now_ms: int) -> None:
        """Keeps it, as the one used last; forgets what is over or too many."""
        self._by_id[session.session_id] = session
        self._by_id.move_to_end(session.session_id)
        self._beginners.use(session.beginner, session.session_id)
        self._neighbourhoods.use(session.neighbours, session.session_id)
        if self._beginners.count(session.beginner) > SHARE:
            self.drop(self._beginners.oldest(session.beginner))
        while (oldest := next(iter(self))).expires_at_ms <= now_ms:
            self.drop(oldest.session_id)
        if len(self._by_id) > MAX_SESSIONS:
            self.drop(self._neighbourhoods.oldest(self._neighbourhoods.who_has_most()))

    def drop(self, session_id: str) -> None:
        session = self._by_id.pop(session_id, None)
        if session is not None:
            self._beginners.drop(session.beginner, session_id)
            self._neighbourhoods.drop(session.neighbours, session_id)
