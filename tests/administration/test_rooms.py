"""Rooms, reports and figures, as the operator sees them."""

from __future__ import annotations

from teahouse.homeserver.administration.paging import token_of
from tests.administration.operators import V1
from tests.people import Person, segment


async def test_rooms_are_listed_without_what_is_said_in_them(
    olga: Person, alice: Person, bob: Person
) -> None:
    named = await alice.create_room(name="Teahouse", visibility="public", preset="public_chat")
    others = {await alice.create_room() for _ in range(2)}
    await bob.join(named)
    await alice.say(named, "between us")
    found: dict[str, dict[str, object]] = {}
    place: str | None = None
    pages = 0
    while pages == 0 or place is not None:
        answer = (await olga.get(f"{V1}/rooms", limit=2, **{"from": place})).ok()
        found |= {one["room_id"]: one for one in answer["rooms"]}
        place, pages = answer.body.get("next_from"), pages + 1
    assert found.keys() == {named, *others}
    assert (found[named]["name"], found[named]["num_joined_members"]) == ("Teahouse", 2)
    assert found[named]["is_published"] is True
    room = (await olga.get(f"{V1}/rooms/{segment(named)}")).ok()
    assert sorted(room["joined_members"]) == [alice.user_id, bob.user_id]
    assert "between us" not in str(room.body)
    (await olga.get(f"{V1}/rooms/{segment('!none:localhost')}")).refused(404, "M_NOT_FOUND")
    bad = token_of("\0")
    (await olga.get(f"{V1}/rooms", **{"from": bad})).refused(400, "M_INVALID_PARAM")


async def test_reports_are_read_and_settled(olga: Person, alice: Person, bob: Person) -> None:
    for reported in (olga, bob):
        path = f"/users/{segment(reported.user_id)}/report"
        (await alice.post(path, {"reason": "spills tea"})).ok()
    first = (await olga.get(f"{V1}/reports", limit=1)).ok()
    second = (await olga.get(f"{V1}/reports", **{"from": first["next_from"]})).ok()
    reports = [*first["reports"], *second["reports"]]
    assert {one["reported_id"] for one in reports} == {olga.user_id, bob.user_id}
    assert reports[0]["reported_at_ms"] >= reports[1]["reported_at_ms"]
    assert {one["reason"] for one in reports} == {"spills tea"}
    path = f"{V1}/reports/{segment(alice.user_id)}/user/{segment(bob.user_id)}"
    (await olga.delete(path)).ok()
    (await olga.delete(path)).refused(404, "M_NOT_FOUND")
    assert len((await olga.get(f"{V1}/reports")).ok()["reports"]) == 1
    for key in ([2**63, "a", "b", "c"], [1, "\0", "b", "c"], "a"):
        bad = await olga.get(f"{V1}/reports", **{"from": token_of(key)})
        bad.refused(400, "M_INVALID_PARAM")


async def test_the_server_is_told_in_figures(olga: Person, alice: Person) -> None:
    await alice.create_room()
    figures = (await olga.get(f"{V1}/statistics")).ok()
    assert (figures["users"], figures["rooms"], figures["reports"]) == (2, 1, 0)
    assert figures["log_head"] > 0
