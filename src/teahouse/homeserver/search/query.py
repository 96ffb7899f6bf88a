"""What a search asks for.

Source: client-server API, POST /search
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from teahouse.kit.errors import invalid_param
from teahouse.protocol.filters import RoomEventFilter

MAX_CHARS = 4_096
MAX_TOKEN_CHARS = 2_048
DEFAULT_LIMIT = 10
MAX_LIMIT = 100
MAX_CONTEXT = 50

Key = Literal["content.body", "content.name", "content.topic"]
GroupKey = Literal["room_id", "sender"]


class Context(msgspec.Struct):
    before_limit: Annotated[int, msgspec.Meta(ge=0)] = 5
    after_limit: Annotated[int, msgspec.Meta(ge=0)] = 5
    include_profile: bool = False


class Group(msgspec.Struct):
    key: GroupKey


class Groupings(msgspec.Struct):
    group_by: Annotated[list[Group], msgspec.Meta(max_length=10)] = []


class RoomEvents(msgspec.Struct):
    search_term: Annotated[str, msgspec.Meta(max_length=MAX_CHARS)]
    keys: Annotated[list[Key], msgspec.Meta(max_length=10)] | None = None
    filter: RoomEventFilter = msgspec.field(default_factory=RoomEventFilter)
    order_by: Literal["rank", "recent"] = "rank"
    event_context: Context | None = None
    include_state: bool = False
    groupings: Groupings = msgspec.field(default_factory=Groupings)

    @property
    def limit(self) -> int:
        asked = self.filter.limit
        return DEFAULT_LIMIT if asked is None else max(1, min(asked, MAX_LIMIT))

    @property
    def group_keys(self) -> list[GroupKey]:
        return list(dict.fromkeys(group.key for group in self.groupings.group_by))


class Categories(msgspec.Struct):
    room_events: RoomEvents | None = None


class Search(msgspec.Struct):
    search_categories: Categories


@dataclass(frozen=True, slots=True)
class BatchToken:
    """The matches from before a position, in their order, from the one numbered `offset` on."""

    before: int
    offset: int = 0
    group: tuple[str, str] | None = None
    """(key, value) of the group that is paged through; None for all matches."""

    def __str__(self) -> str:
        raw = msgspec.json.encode([self.before, self.offset, self.group])
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> BatchToken:
        """Errors: M_INVALID_PARAM."""
        try:
            if len(text) > MAX_TOKEN_CHARS:
                raise ValueError
            raw = base64.b64decode(text + "=" * (-len(text) % 4), "-_", validate=True)
            return cls(*msgspec.json.decode(raw, type=_Parts))
        except ValueError:  # msgspec's and base64's errors are such
            raise invalid_param("next_batch is not one of this server") from None


_Place = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
_Parts: Any = tuple[_Place, _Place, tuple[GroupKey, str] | None]
