"""Guests who stay away are closed out, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from teahouse import config
from teahouse.homeserver.accounts import guest_sweep
from teahouse.kit.clock import ManualClock
from tests.accounts.test_guests import DUMMY, come_as_guest, open_room
from tests.people import PASSWORD, client_of, sign_up
from tests.rooms.reading import of
from tests.server import Server, running

DAY_MS = 86_400_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def test_guests_who_were_not_seen_for_thirty_days_are_closed(
    server: Server, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_sweep, "PAGE", 2)
    sweep = server.teahouse.guest_sweep
    async with client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_id = await open_room(alice)
        away = [await come_as_guest(http) for _ in range(3)]
        regular, leaver, grown = [await come_as_guest(http) for _ in range(3)]
        for guest in (*away, regular):
            (await guest.join(room_id)).ok()
        (await leaver.post("/logout")).ok()
        body = {
            "username": grown.user_id[1:].partition(":")[0],
            "password": PASSWORD,
            "guest_access_token": grown.access_token,
            "auth": DUMMY,
        }
        (await grown.post("/register", body)).ok()

        clock.advance(29 * DAY_MS)
        (await regular.get("/account/whoami")).ok()
        assert await sweep.follow_policy() == 0
        clock.advance(DAY_MS + 1)
        assert await sweep.follow_policy() == len([*away, leaver])
        assert await sweep.follow_policy() == 0

        for guest in away:
            (await guest.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
            member = (await alice.get(of(room_id, "state", "m.room.member", guest.user_id))).ok()
            assert member["membership"] == "leave"
        for person in (regular, grown, alice):
            whoami = await person.get("/account/whoami")
            assert whoami.ok()["user_id"] == person.user_id
        # The name is not given again.
        taken = away[0].user_id[1:].partition(":")[0]
        again = {"username": taken, "password": PASSWORD, "auth": DUMMY}
        assert (await alice.post("/register", again)).status == 400
        clock.advance(30 * DAY_MS + 1)
        assert await sweep.follow_policy() == 1
        (await alice.get("/account/whoami")).ok()


async def test_with_zero_days_they_stay(settings: config.Config, clock: ManualClock) -> None:
    settings = replace(settings, guest_unused_days=0)
    async with running(settings, clock) as server, client_of(server.url) as http:
        guest = await come_as_guest(http)
        clock.advance(1_000 * DAY_MS)
        assert await server.teahouse.guest_sweep.follow_policy() == 0
        (await guest.get("/account/whoami")).ok()
