"""A server that sends no mail refuses what needs it, and keeps what is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from teahouse import config
from teahouse.app import Teahouse
from tests.people import PASSWORD, client_of, sign_up
from tests.post_office import PostOffice
from tests.server import running
from tests.threepids.correspondent import (
    ADD,
    REGISTER,
    RESET,
    Correspondent,
    addresses,
    at_address,
)


async def test_no_letter_and_no_flow_without_mail(
    with_mail: config.Config, settings: config.Config, office: PostOffice
) -> None:
    async with running(with_mail) as server, client_of(server.url) as http:
        nobody = Correspondent(http)
        sid = await nobody.confirmed(office, REGISTER, "dora@mail.example")
        (await nobody.register("dora", sid)).ok()
        waiting = (await nobody.ask(RESET, "dora@mail.example")).ok()["sid"]
        late = await office.has(2)
        features = (await nobody.get("/_matrix/client/versions"))["unstable_features"]
        assert features["im.teahouse.email"] is True
    async with running(settings) as server, client_of(server.url) as http:
        nobody, alice = Correspondent(http), await sign_up(http, "alice")
        features = (await nobody.get("/_matrix/client/versions"))["unstable_features"]
        assert features["im.teahouse.email"] is False
        for path in (REGISTER, RESET):
            (await nobody.ask(path, "eve@mail.example")).refused(403, "M_THREEPID_DENIED")
        adding = await nobody.ask(ADD, "eve@mail.example")
        adding.refused(400, "M_THREEPID_MEDIUM_NOT_SUPPORTED")
        (await nobody.ask(ADD, "eve")).refused(400, "M_INVALID_PARAM")
        asked = await nobody.post("/register", {"username": "eve", "password": PASSWORD})
        assert asked["flows"] == [{"stages": ["m.login.dummy"]}]
        (await nobody.register("eve", waiting)).refused(401, "M_UNRECOGNIZED")
        assert (await nobody.press(late)).status_code == 200
        (await nobody.reset(waiting, "new")).refused(401, "M_MISSING_TOKEN")
        capabilities = (await alice.get("/capabilities")).ok()["capabilities"]
        assert capabilities["m.3pid_changes"] == {"enabled": False}

        # Whoever has an address goes on to sign in with it, and can take it away.
        signed_in = await nobody.post("/login", at_address("dora@mail.example"))
        nobody.access_token = signed_in.ok()["access_token"]
        gone = {"medium": "email", "address": "dora@mail.example"}
        (await nobody.post("/account/3pid/delete", gone)).ok()
        assert await addresses(nobody) == []
    assert len(office.delivered) == 2


async def test_with_mail_it_is_said_that_addresses_can_change(
    nobody: Correspondent, alice: Correspondent
) -> None:
    capabilities = (await alice.get("/capabilities")).ok()["capabilities"]
    assert capabilities["m.3pid_changes"] == {"enabled": True}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"mail_from": ""}, "mail_from"),
        ({"mail_from": "nobody"}, "mail_from"),
        ({"public_url": ""}, "public_url"),
        ({"smtp_tls": "perhaps"}, "smtp_tls"),
        ({"smtp_user": "someone"}, "smtp_password"),
        ({"smtp_host": "", "email_required_for_registration": True}, "smtp_host"),
        ({"policies": "nowhere.toml"}, "policies"),
    ],
)
def test_settings_that_can_not_work_are_refused_at_the_start(
    with_mail: config.Config, wrong: dict[str, Any], named: str
) -> None:
    if "policies" in wrong:
        wrong = {"policies": with_mail.data / "nowhere.toml"}
    with pytest.raises(RuntimeError, match=named):
        Teahouse(replace(with_mail, **wrong))
