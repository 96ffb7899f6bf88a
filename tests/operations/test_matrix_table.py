"""docs/matrix.md says what becomes of each operation, and it is so."""

from __future__ import annotations

from tests.contract import operations
from tests.operations.scene import Scene
from tools.matrix_table import REFUSED, TARGET, missing, table


def test_the_table_of_operations_is_up_to_date() -> None:
    assert TARGET.read_text("utf-8") == table(), "run python -m tools.matrix_table"


def test_every_operation_is_done_or_refused() -> None:
    assert missing() == []


async def test_what_is_refused_is_answered_as_the_table_says(scene: Scene) -> None:
    for operation in operations():
        if refusal := REFUSED.get(operation.name):
            answer = await scene.call(operation, scene.people["owner"])
            answer.refused(refusal.status, refusal.errcode)
