"""Where group calls meet: nowhere yet, which those who have an account are told."""

from __future__ import annotations

from tests.people import Person

PATH = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports"


async def test_there_is_no_place_for_group_calls(alice: Person) -> None:
    assert (await alice.get(PATH)).ok().body == {"rtc_transports": []}
    (await Person(alice.http).get(PATH)).refused(401, "M_MISSING_TOKEN")
    features = (await alice.get("/_matrix/client/versions"))["unstable_features"]
    assert features["org.matrix.msc4143"] is True
