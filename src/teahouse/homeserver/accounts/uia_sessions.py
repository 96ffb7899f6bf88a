"""Sessions of user-interactive authentication, in memory that is bounded and shared fairly.

Whoever begins sessions pushes out their own first: a person, or one network where nobody is signed
in. When all places are taken, whoever has most of them gives one back.
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
    expires_at_ms: int


_Session = TypeVar("_Session", bound=Kept)


class Sessions(Generic[_Session]):
    def __init__(self) -> None:
        self._by_id: OrderedDict[str, _Session] = OrderedDict()
        """In the order of their last use, so the first expires first; those of each, too."""
        self._of: dict[str, OrderedDict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[_Session]:
        return iter(self._by_id.values())

    @property
    def beginners(self) -> int:
        return len(self._of)

    def get(self, session_id: str) -> _Session | None:
        return self._by_id.get(session_id)

    def use(self, session: _Session, now_ms: int) -> None:
        """Keeps it, as the one used last; forgets what is over or too many."""
        own = self._of.setdefault(session.beginner, OrderedDict())
        for kept in (self._by_id, own):
            kept.pop(session.session_id, None)
        self._by_id[session.session_id] = session
        own[session.session_id] = None
        if len(own) > SHARE:
            self.drop(next(iter(own)))
        while (oldest := next(iter(self))).expires_at_ms <= now_ms:
            self.drop(oldest.session_id)
        if len(self._by_id) > MAX_SESSIONS:
            most = max(self._of.values(), key=len)
            self.drop(next(iter(most)))

    def drop(self, session_id: str) -> None:
        session = self._by_id.pop(session_id, None)
        if session is not None:
            own = self._of[session.beginner]
            del own[session_id]
            if not own:
                del self._of[session.beginner]
