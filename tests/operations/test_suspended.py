"""Each operation, called by somebody whose account is suspended."""

from __future__ import annotations

from typing import Any

from tests.contract import operations
from tests.operations.roles import STATUSES
from tests.operations.scene import ROLES, Scene
from tests.operations.suspended import ALLOWED, REFUSED, named
from tests.people import Person, segment

SUSPEND = "/_matrix/client/v1/admin/suspend/"
OWNER = ROLES.index("owner")


def test_every_operation_is_entered_once() -> None:
    entered = named(ALLOWED) + named(REFUSED)
    assert sorted(entered) == sorted(operation.name for operation in operations())


async def test_who_is_suspended_does_what_is_in_the_table_and_no_more(scene: Scene) -> None:
    owner, wrong = scene.people["owner"], []
    refused = set(named(REFUSED))
    for operation in operations():
        await scene.prepare(operation)
        await suspend(scene, owner, True)
        answer = await scene.call(operation, owner)
        await suspend(scene, owner, False)
        await scene.put_right(operation)
        found = (answer.status, answer.errcode == "M_USER_SUSPENDED")
        expected = (
            (403, True) if operation.name in refused else (STATUSES[operation.name][OWNER], False)
        )
        if found != expected:
            wrong.append((operation.name, expected, answer.status, answer.errcode))
    assert not wrong, "\n".join(map(str, wrong))


async def test_operations_that_do_several_things_look_at_what_is_done(scene: Scene) -> None:
    owner, stranger = scene.people["owner"], scene.people["stranger"]
    room = f"/rooms/{segment(scene.values['roomId'])}"
    theirs = await scene.people["joined"].say(scene.values["roomId"], "sencha")
    await suspend(scene, owner, True)

    async def to_device(type: str, receiver: Person) -> str | None:
        body: Any = {"messages": {receiver.user_id: {"*": {}}}}
        return (await owner.put(f"/sendToDevice/{type}/{type}{receiver.user_id}", body)).errcode

    for type in ("m.key.verification.request", "m.secret.send", "m.room_key", "x.tea"):
        assert await to_device(type, owner) is None
        assert await to_device(type, stranger) == "M_USER_SUSPENDED"
    for type in ("m.room_key_request", "m.room.encrypted"):
        assert await to_device(type, stranger) is None

    (await owner.put(f"{room}/redact/{segment(theirs)}/a")).refused(403, "M_USER_SUSPENDED")
    later = {"org.matrix.msc4140.delay": 60_000}
    answer = await owner.put(f"{room}/send/m.room.message/b", {"body": "tea"}, **later)
    answer.refused(403, "M_USER_SUSPENDED")
    # They take back without a word, however it is asked for.
    reason = {"reason": "what I wanted to say", "redacts": scene.values["eventId"]}
    silently = [
        await owner.put(f"{room}/redact/{segment(scene.values['eventId'])}/c", reason),
        await owner.put(f"{room}/send/m.room.redaction/d", reason),
    ]
    for done in silently:
        event = (await owner.get(f"{room}/event/{segment(done.ok()['event_id'])}")).ok()
        assert event["content"].keys() <= {"redacts"}
    departure = f"{room}/state/m.room.member/{segment(owner.user_id)}"
    (await owner.put(departure, {"membership": "join"})).refused(403, "M_USER_SUSPENDED")
    (await owner.put(departure, {"membership": "leave", "reason": "words"})).ok()
    left = (await owner.get(departure)).ok()
    assert "reason" not in left.body


async def suspend(scene: Scene, person: Person, suspended: bool) -> None:
    path = f"{SUSPEND}{segment(person.user_id)}"
    (await scene.people["admin"].put(path, {"suspended": suspended})).ok()
