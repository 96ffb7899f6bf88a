"""What rooms ask of application services; without any, nobody is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from teahouse.kit.http import Requester


def _may(_requester: Requester, _alias: str) -> None:
    pass


async def _is_not_theirs(_requester: Requester, _alias: str) -> bool:
    return False


async def _knows_nobody(_requester: Requester, _user_ids: Iterable[str]) -> None:
    pass


@dataclass(slots=True)
class Bridges:
    check_alias: Callable[[Requester, str], None] = _may
    """Refuses who may not give this alias, or take it away."""

    ask_for_alias: Callable[[Requester, str], Awaitable[bool]] = _is_not_theirs
    """Whether there is a room of this name now, where there was none."""

    introduce: Callable[[Requester, Iterable[str]], Awaitable[None]] = _knows_nobody
    """Users of theirs who are not here yet come, before they are invited."""
