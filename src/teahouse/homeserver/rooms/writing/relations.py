"""What an event's content says of other events. Pure; content comes from anyone.

Source: client-server API, "Forming relationships between events"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from teahouse.protocol.identifiers import name_in

THREAD = "m.thread"
REPLACE = "m.replace"
REFERENCE = "m.reference"
ANNOTATION = "m.annotation"


@dataclass(slots=True, frozen=True)
class Relation:
    rel_type: str
    parent_id: str
    key: str | None

    @property
    def thread_id(self) -> str | None:
        return self.parent_id if self.rel_type == THREAD else None


def relation_of(content: Mapping[str, Any]) -> Relation | None:
    relates_to = content.get("m.relates_to")
    if relates_to is None:
        return None
    rel_type, parent_id = name_in(relates_to, "rel_type"), name_in(relates_to, "event_id")
    if rel_type is None or parent_id is None or parent_id[0] != "$":
        return None
    return Relation(rel_type, parent_id, name_in(relates_to, "key"))
