"""People and invitations, as the operator sees them."""

from __future__ import annotations

from teahouse.homeserver.administration.paging import token_of
from tests.administration.operators import V1
from tests.people import PASSWORD, Person, segment, sign_in
from tests.server import Server


async def test_accounts_are_listed_in_pages(olga: Person, alice: Person, bob: Person) -> None:
    await alice.put(f"/profile/{segment(alice.user_id)}/displayname", {"displayname": "Alice 茶"})
    found: dict[str, dict[str, object]] = {}
    place: str | None = None
    pages = 0
    while pages == 0 or place is not None:
        answer = (await olga.get(f"{V1}/users", limit=2, **{"from": place})).ok()
        found |= {one["user_id"]: one for one in answer["users"]}
        place, pages = answer.body.get("next_from"), pages + 1
    assert found.keys() == {olga.user_id, alice.user_id, bob.user_id}
    assert pages == 2
    assert found[alice.user_id]["display_name"] == "Alice 茶"
    assert found[olga.user_id]["is_admin"] is True
    named = (await olga.get(f"{V1}/users", name="ALI")).ok()["users"]
    assert [one["user_id"] for one in named] == [alice.user_id]
    for nobodys in ("a%i", "a" * 60_000):
        assert (await olga.get(f"{V1}/users", name=nobodys)).ok()["users"] == []
    for place in ("###", token_of("\0"), token_of(["x"])):
        (await olga.get(f"{V1}/users", **{"from": place})).refused(400, "M_INVALID_PARAM")
    (await olga.get(f"{V1}/users", limit=0)).refused(400, "M_INVALID_PARAM")


async def test_one_account_is_shown_with_its_devices_and_rooms(olga: Person, alice: Person) -> None:
    room_id = await alice.create_room()
    shown = (await olga.get(f"{V1}/users/{segment(alice.user_id)}")).ok()
    assert [device["device_id"] for device in shown["devices"]] == [alice.device_id]
    assert shown["rooms"] == [room_id]
    nobody = segment("@nobody:localhost")
    (await olga.get(f"{V1}/users/{nobody}")).refused(404, "M_NOT_FOUND")


async def test_accounts_are_made_and_closed(olga: Person) -> None:
    made = await olga.post(f"{V1}/users", {"name": "Dora", "password": PASSWORD})
    dora = await sign_in(olga.http, made.ok()["user_id"])
    again = await olga.post(f"{V1}/users", {"name": "dora", "password": PASSWORD})
    again.refused(400, "M_USER_IN_USE")
    path = f"{V1}/users/{segment(dora.user_id)}"
    (await olga.post(f"{path}/password", {"new_password": "another oolong"})).ok()
    (await dora.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    dora = await sign_in(olga.http, "dora", "another oolong")
    (await olga.post(f"{path}/deactivate")).ok()
    (await dora.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    (await olga.post(f"{path}/deactivate")).refused(404, "M_NOT_FOUND")
    assert (await olga.get(path)).ok()["is_deactivated"] is True


async def test_invitations_are_made_counted_and_revoked(olga: Person, server: Server) -> None:
    tokens = f"{V1}/registration_tokens"
    made = (await olga.post(tokens, {"uses": 2})).ok()
    assert made["uses_left"] == 2
    (await olga.post(tokens, {"token": "spring-tea"})).ok()
    (await olga.post(tokens, {"token": "spring-tea"})).refused(400, "M_INVALID_PARAM")
    (await olga.post(tokens, {"token": "no spaces"})).refused(400, "M_INVALID_PARAM")
    (await olga.post(tokens, {"uses": 0})).refused(400, "M_INVALID_PARAM")
    (await olga.post(tokens, {"expires_at_ms": 1})).refused(400, "M_INVALID_PARAM")
    for name in ("uses", "expires_at_ms"):
        (await olga.post(tokens, {name: 2**63})).refused(400, "M_BAD_JSON")
    registration = server.teahouse.accounts.registration
    assert await registration.is_valid_invitation("spring-tea")
    listed = (await olga.get(tokens)).ok()["registration_tokens"]
    assert {one["token"] for one in listed} == {"spring-tea", made["token"]}
    (await olga.delete(f"{tokens}/spring-tea")).ok()
    (await olga.delete(f"{tokens}/spring-tea")).refused(404, "M_NOT_FOUND")
    assert not await registration.is_valid_invitation("spring-tea")
