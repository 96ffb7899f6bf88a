"""What a row is."""

from __future__ import annotations

from typing import Protocol

from bench.figures import Outcome
from bench.target import Target


class Row(Protocol):
    @property
    def name(self) -> str: ...

    async def run(self, target: Target) -> Outcome: ...
