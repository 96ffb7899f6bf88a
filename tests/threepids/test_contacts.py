"""The addresses of an account: added and taken away by its owner alone."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.homeserver.threepids.addresses import MAX_ADDRESSES
from tests.people import Answer, Person
from tests.post_office import PostOffice
from tests.server import Server
from tests.threepids.correspondent import (
    ADD,
    REGISTER,
    SECRET,
    Correspondent,
    addresses,
    at_address,
    by_password,
)

MAIL = "alice@mail.example"


async def add(who: Person, sid: str, secret: str = SECRET, **more: Any) -> Answer:
    body = {"sid": sid, "client_secret": secret, **more}
    return await who.post("/account/3pid/add", body)


async def delete(who: Person, address: str, medium: str = "email") -> Answer:
    return await who.post("/account/3pid/delete", {"medium": medium, "address": address})


async def test_an_address_is_added_with_the_password_and_taken_away_again(
    alice: Person, nobody: Correspondent, office: PostOffice
) -> None:
    sid = (await nobody.ask(ADD, "Alice@Mail.Example")).ok()["sid"]
    # Nobody is asked for a password in vain.
    (await add(alice, sid)).refused(401, "M_UNAUTHORIZED")
    assert (await nobody.press(await office.has(1))).status_code == 200
    (await add(alice, sid, "wrong")).refused(403, "M_THREEPID_AUTH_FAILED")
    asked = await add(alice, sid)
    assert asked["flows"] == [{"stages": ["m.login.password"]}]
    (await add(alice, sid, auth=by_password("wrong"))).refused(401, "M_FORBIDDEN")
    assert await addresses(alice) == []
    (await add(alice, sid, auth=by_password())).ok()
    assert await addresses(alice) == [MAIL]
    (await nobody.post("/login", at_address(MAIL))).ok()
    (await add(alice, sid, auth=by_password())).refused(403, "M_THREEPID_AUTH_FAILED")

    gone = await delete(alice, "ALICE@mail.example")
    assert gone.ok().body == {"id_server_unbind_result": "no-support"}
    assert await addresses(alice) == []
    (await nobody.post("/login", at_address(MAIL))).refused(403, "M_FORBIDDEN")
    (await delete(alice, MAIL)).ok()
    (await delete(alice, "not an address")).ok()
    (await delete(alice, "123", "msisdn")).ok()
    (await delete(alice, "123", "pigeon")).refused(400, "M_BAD_JSON")


async def test_the_address_may_name_who_shows_their_password(
    alice: Person, bob: Person, nobody: Correspondent, office: PostOffice
) -> None:
    sid = await nobody.confirmed(office, ADD, MAIL)
    (await add(alice, sid, auth=by_password())).ok()
    second = await nobody.confirmed(office, ADD, "second@mail.example")
    identifier = at_address(MAIL)["identifier"]
    as_alice = by_password() | {"identifier": identifier}
    (await add(bob, second, auth=as_alice)).refused(403, "M_FORBIDDEN")
    (await add(alice, second, auth=as_alice)).ok()
    assert await addresses(alice) == [MAIL, "second@mail.example"]
    assert await addresses(bob) == []


async def test_an_address_of_another_account_is_refused_and_its_own_kept(
    alice: Person, bob: Person, nobody: Correspondent, office: PostOffice
) -> None:
    mine = await nobody.confirmed(office, ADD, MAIL, secret="one")
    other = await nobody.confirmed(office, ADD, MAIL, secret="two")
    again = await nobody.confirmed(office, ADD, MAIL, secret="three")
    (await add(alice, mine, "one", auth=by_password())).ok()
    (await add(bob, other, "two", auth=by_password())).refused(400, "M_THREEPID_IN_USE")
    (await add(alice, again, "three", auth=by_password())).ok()
    assert await addresses(alice) == [MAIL]
    (await delete(bob, MAIL)).ok()
    assert await addresses(alice) == [MAIL]


async def test_who_leaves_for_good_frees_their_addresses(
    alice: Person, nobody: Correspondent, office: PostOffice
) -> None:
    (await add(alice, await nobody.confirmed(office, ADD, MAIL), auth=by_password())).ok()
    left = await alice.post("/account/deactivate", {"auth": by_password()})
    assert left.ok().body == {"id_server_unbind_result": "success"}
    (await nobody.post("/login", at_address(MAIL))).refused(403, "M_FORBIDDEN")
    sid = await nobody.confirmed(office, REGISTER, MAIL, attempt=2)
    (await nobody.register("alicia", sid)).ok()


async def test_an_account_has_so_many_addresses(
    alice: Person, nobody: Correspondent, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.homeserver.threepids.addresses.MAX_ADDRESSES", 1)
    assert MAX_ADDRESSES > 1
    for address, wanted in ((MAIL, 200), ("second@mail.example", 403)):
        sid = await nobody.confirmed(office, ADD, address)
        assert (await add(alice, sid, auth=by_password())).status == wanted
    assert await addresses(alice) == [MAIL]


async def test_the_older_way_to_add_asks_for_the_password_too(
    alice: Person, nobody: Correspondent, office: PostOffice
) -> None:
    creds = {"sid": await nobody.confirmed(office, ADD, MAIL), "client_secret": SECRET}
    unknown = {"three_pid_creds": creds | {"client_secret": "other"}}
    (await alice.post("/account/3pid", unknown)).refused(403, "M_THREEPID_AUTH_FAILED")
    asked = await alice.post("/account/3pid", {"three_pid_creds": creds})
    assert asked["flows"] == [{"stages": ["m.login.password"]}]
    with_password = {"three_pid_creds": creds, "auth": by_password()}
    (await alice.post("/account/3pid", with_password)).ok()
    assert await addresses(alice) == [MAIL]


async def test_identity_servers_are_asked_nothing(alice: Person, server: Server) -> None:
    head = server.teahouse.log.head
    bind = {"sid": "x", "client_secret": "y", "id_server": "id.example", "id_access_token": "z"}
    (await alice.post("/account/3pid/bind", bind)).refused(400, "M_SERVER_NOT_TRUSTED")
    unbind = {"medium": "email", "address": MAIL, "id_server": "id.example"}
    found = await alice.post("/account/3pid/unbind", unbind)
    assert found.ok().body == {"id_server_unbind_result": "no-support"}
    assert server.teahouse.log.head == head


async def test_without_a_token_or_a_right_body_nothing_is_done(
    alice: Person, nobody: Correspondent
) -> None:
    for path in ("", "/add", "/bind", "/unbind", "/delete"):
        (await nobody.post(f"/account/3pid{path}")).refused(401, "M_MISSING_TOKEN")
        (await alice.post(f"/account/3pid{path}", {})).refused(400, "M_BAD_JSON")
        (await alice.post(f"/account/3pid{path}", b"{")).refused(400, "M_NOT_JSON")
    (await nobody.get("/account/3pid")).refused(401, "M_MISSING_TOKEN")
