"""Each operation, called by everybody: who may do it, and who may not."""

from __future__ import annotations

from tests.contract import Operation, operations
from tests.operations.roles import RULES, STATUSES
from tests.operations.scene import ROLES, Scene
from tests.people import Answer

NO_ROOM = "!" + "A" * 43
MAY_TELL = {"joinRoom", "joinRoomById", "knockRoom", "reportRoom", "upgradeRoom"}
"""These say that a room is unknown, as clients expect. Its id is as hard to guess as a key."""


def test_every_operation_is_entered_once() -> None:
    entered = [name for rule in RULES for name in rule.operations.split()]
    assert sorted(entered) == sorted(operation.name for operation in operations())


async def test_everybody_gets_the_answer_that_is_theirs(scene: Scene) -> None:
    wrong = []
    for operation in operations():
        found = await answers_to_all(scene, operation)
        for role, answer, status in zip(ROLES, found, STATUSES[operation.name], strict=True):
            if answer.status != status:
                wrong.append((operation.name, role, status, answer.status, answer.errcode))
    assert not wrong, "\n".join(map(str, wrong))


async def answers_to_all(scene: Scene, operation: Operation) -> list[Answer]:
    answers = []
    await scene.prepare(operation)
    for role in ROLES:
        answer = await scene.call(operation, scene.people[role])
        answers.append(answer)
        if answer.status == 200:
            await scene.prepare(operation)
    await scene.put_right(operation)
    return answers


async def test_a_stranger_can_not_tell_a_private_room_from_none(scene: Scene) -> None:
    different = []
    for operation in operations():
        named = {"roomId", "roomIdOrAlias"} & set(operation.path_names)
        if not named or operation.name in MAY_TELL:
            continue
        elsewhere = dict.fromkeys(("roomId", "roomIdOrAlias"), NO_ROOM)
        for role in ("stranger", "anonymous"):
            there = await scene.call(operation, scene.people[role])
            none = await scene.call(operation, scene.people[role], **elsewhere)
            if (there.status, there.body) != (none.status, none.body):
                different.append((operation.name, role, there.body, none.body))
    assert not different, "\n".join(map(str, different))
