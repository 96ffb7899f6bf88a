"""Telling whoever runs the server of what does harm."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.homeserver.reports import service
from tests.people import Answer, Person, segment
from tests.rooms.reading import NO_ROOM, of, set_visibility, together
from tests.server import Server

NO_EVENT = "$" + "A" * 43


async def report_event(person: Person, room_id: str, event_id: str, **body: Any) -> Answer:
    return await person.post(of(room_id, "report", event_id), body)


async def report_room(person: Person, room_id: str, **body: Any) -> Answer:
    return await person.post(of(room_id, "report"), body)


async def report_user(person: Person, user_id: str, **body: Any) -> Answer:
    return await person.post(f"/users/{segment(user_id)}/report", body)


async def kept(server: Server) -> list[tuple[str, str, str, str | None, str]]:
    reports = await server.teahouse.database.read(server.teahouse.reports.newest, 100)
    assert all(made.reported_at_ms > 0 for made in reports)
    return [(r.user_id, r.kind, r.reported_id, r.room_id, r.reason) for r in reports]


async def test_a_member_reports_an_event(server: Server, alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    event_id = await alice.say(room_id, "bad")
    (await report_event(bob, room_id, event_id, reason="It hurts", score=-100)).ok()
    assert await kept(server) == [(bob.user_id, "event", event_id, room_id, "It hurts")]


async def test_an_event_needs_no_reason(server: Server, alice: Person) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "bad")
    (await report_event(alice, room_id, event_id)).ok()
    assert [made[-1] for made in await kept(server)] == [""]


async def test_who_is_not_in_the_room_can_not_report_its_events(
    server: Server, alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob)
    event_id = await alice.say(room_id, "bad")
    (await bob.leave(room_id)).ok()
    left = (await report_event(bob, room_id, event_id, reason="")).refused(404, "M_NOT_FOUND")
    never = (await report_event(carol, room_id, event_id, reason="")).refused(404, "M_NOT_FOUND")
    none = (await report_event(alice, room_id, NO_EVENT, reason="")).refused(404, "M_NOT_FOUND")
    assert left.body == never.body == none.body
    assert await kept(server) == []


async def test_an_event_that_one_may_not_see_can_not_be_reported(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice)
    await set_visibility(alice, room_id, "joined")
    event_id = await alice.say(room_id, "before")
    (await bob.join(room_id)).ok()
    (await report_event(alice, room_id, event_id)).ok()
    (await report_event(bob, room_id, event_id)).refused(404, "M_NOT_FOUND")


async def test_an_event_of_another_room_is_not_one_of_this(alice: Person) -> None:
    one, other = await together(alice), await together(alice)
    event_id = await alice.say(one, "bad")
    (await report_event(alice, other, event_id)).refused(404, "M_NOT_FOUND")


async def test_anyone_reports_a_room(server: Server, alice: Person, carol: Person) -> None:
    room_id = await alice.create_room()
    (await report_room(carol, room_id, reason="")).ok()
    assert await kept(server) == [(carol.user_id, "room", room_id, None, "")]
    (await report_room(carol, NO_ROOM, reason="")).refused(404, "M_NOT_FOUND")


async def test_anyone_reports_a_person(server: Server, alice: Person, carol: Person) -> None:
    (await report_user(carol, alice.user_id, reason="Spam")).ok()
    assert await kept(server) == [(carol.user_id, "user", alice.user_id, None, "Spam")]
    (await report_user(carol, "@none:localhost", reason="")).refused(404, "M_NOT_FOUND")
    (await report_user(carol, "none", reason="")).refused(404, "M_NOT_FOUND")


async def test_a_report_that_is_made_again_takes_the_place_of_the_first(
    server: Server, alice: Person, bob: Person, carol: Person
) -> None:
    (await report_user(alice, carol.user_id, reason="Spam")).ok()
    (await report_user(alice, carol.user_id, reason="Worse")).ok()
    assert [made[-1] for made in await kept(server)] == ["Worse"]
    (await report_user(bob, carol.user_id, reason="Spam")).ok()
    assert sorted(made[0] for made in await kept(server)) == [alice.user_id, bob.user_id]


async def test_of_one_person_a_number_of_reports_is_kept(
    server: Server, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_REPORTS", 1)
    room_id = await together(alice)
    (await report_user(alice, bob.user_id, reason="")).ok()
    (await report_room(alice, room_id, reason="")).refused(413, "M_TOO_LARGE")
    (await report_room(bob, room_id, reason="")).ok()
    assert len(await kept(server)) == 2


@pytest.mark.parametrize("body", [{"reason": None}, {"reason": 5}, {"reason": "x" * 1001}, []])
async def test_a_malformed_report_is_refused(server: Server, alice: Person, body: Any) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "bad")
    user = f"/users/{segment(alice.user_id)}/report"
    for path in (of(room_id, "report"), of(room_id, "report", event_id), user):
        (await alice.post(path, body)).refused(400, "M_BAD_JSON")
    assert await kept(server) == []


async def test_a_report_of_a_room_or_a_person_says_why(alice: Person) -> None:
    room_id = await together(alice)
    (await report_room(alice, room_id)).refused(400, "M_BAD_JSON")
    (await report_user(alice, alice.user_id)).refused(400, "M_BAD_JSON")


async def test_a_report_takes_a_token(alice: Person) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "bad")
    for token, errcode in (("", "M_MISSING_TOKEN"), ("wrong", "M_UNKNOWN_TOKEN")):
        alice.access_token = token
        (await report_event(alice, room_id, event_id)).refused(401, errcode)
        (await report_room(alice, room_id, reason="")).refused(401, errcode)
        (await report_user(alice, alice.user_id, reason="")).refused(401, errcode)
