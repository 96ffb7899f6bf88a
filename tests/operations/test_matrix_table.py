"""docs/matrix.md says what becomes of each operation, and it is so."""

from __future__ import annotations

from tests.contract import operations
from tests.operations.scene import Scene
from tools.matrix_table import REFUSED, wrong


def test_every_operation_is_done_or_refused_and_the_table_says_which() -> None:
    assert wrong() == []


async def test_what_is_refused_is_answered_as_the_table_says(scene: Scene) -> None:
    for operation in operations():
        if refusal := REFUSED.get(operation.name):
            answer = await scene.call(operation, scene.people["owner"])
            answer.refused(refusal.status, refusal.errcode)
