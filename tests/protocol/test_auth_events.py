"""Which events authorize an event."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.protocol import auth_rules
from teahouse.protocol.auth_rules import NotAllowed
from teahouse.protocol.events import Draft, Pdu
from teahouse.protocol.room_versions import ROOM_VERSIONS
from tests.protocol.rooms import ALICE, BOB, CAROL, VERSIONS, TestRoom, versions_since

CREATE = ("m.room.create", "")
LEVELS = ("m.room.power_levels", "")
JOIN_RULES = ("m.room.join_rules", "")
INVITE = ("m.room.third_party_invite", "abc")


def member(user_id: str) -> tuple[str, str]:
    return ("m.room.member", user_id)


def keys_of(
    version: str, type: str, content: dict[str, Any], state_key: str | None = None
) -> set[tuple[str, str]]:
    room_version = ROOM_VERSIONS[version]
    draft = Draft("!r:tea.house", type, ALICE, content, state_key, 1)
    keys = auth_rules.auth_event_keys(room_version, draft)
    pdu = {"type": type, "sender": ALICE, "content": content}
    if state_key is not None:
        pdu["state_key"] = state_key
    assert auth_rules.auth_event_keys(room_version, pdu) == keys
    assert len(keys) == len(set(keys))
    return set(keys)


def base(version: str) -> set[tuple[str, str]]:
    """What every event but the first has."""
    return {LEVELS, member(ALICE)} | ({CREATE} if version != "12" else set())


@pytest.mark.parametrize("version", VERSIONS)
def test_the_create_event_needs_none(version: str) -> None:
    assert keys_of(version, "m.room.create", {}, "") == set()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("type", "state_key"),
    [("m.room.message", None), ("m.room.topic", ""), ("m.room.power_levels", "")],
)
def test_an_event_needs_its_senders_power(version: str, type: str, state_key: str | None) -> None:
    content = {"membership": "join", "join_authorised_via_users_server": CAROL}
    assert keys_of(version, type, content, state_key) == base(version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("membership", ["join", "invite", "knock"])
def test_who_comes_needs_the_join_rules(version: str, membership: str) -> None:
    keys = keys_of(version, "m.room.member", {"membership": membership}, BOB)
    assert keys == base(version) | {member(BOB), JOIN_RULES}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("membership", ["leave", "ban", None])
def test_who_goes_does_not(version: str, membership: str | None) -> None:
    keys = keys_of(version, "m.room.member", {"membership": membership}, BOB)
    assert keys == base(version) | {member(BOB)}
    assert keys_of(version, "m.room.member", {"membership": membership}, ALICE) == base(version)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_third_party_invite_is_named(version: str) -> None:
    content = {"membership": "invite", "third_party_invite": {"signed": {"token": "abc"}}}
    assert INVITE in keys_of(version, "m.room.member", content, BOB)
    assert INVITE not in keys_of(version, "m.room.member", {**content, "membership": "join"}, BOB)
    wrong: list[Any] = [None, [], {}, {"signed": None}, {"signed": {"token": 1}}]
    for junk in wrong:
        invite = {"membership": "invite", "third_party_invite": junk}
        keys = keys_of(version, "m.room.member", invite, BOB)
        assert keys == base(version) | {member(BOB), JOIN_RULES}


@pytest.mark.parametrize("version", VERSIONS)
def test_who_authorises_a_join_is_named_since_version_8(version: str) -> None:
    content = {"membership": "join", "join_authorised_via_users_server": CAROL}
    keys = keys_of(version, "m.room.member", content, BOB)
    assert (member(CAROL) in keys) == (int(version) >= 8)


class Sent:
    """A message with the events that authorize it."""

    def __init__(self, version: str) -> None:
        self.room = TestRoom.with_members(version, bob="join")
        self.room.set_levels()
        self.pdu = self.room.event("m.room.message", ALICE)
        self.auth_events = [
            pdu
            for pdu in self.room.pdus.values()
            if (pdu["type"], pdu["state_key"]) in base(version)
        ]

    def accepts(self, auth_events: list[Pdu]) -> bool:
        try:
            auth_rules.check_auth_events(self.room.version, self.pdu, auth_events)
        except NotAllowed:
            return False
        return True


@pytest.mark.parametrize("version", VERSIONS)
def test_the_selected_events_are_taken(version: str) -> None:
    sent = Sent(version)
    assert len(sent.auth_events) == len(base(version))
    assert sent.accepts(sent.auth_events)
    assert sent.accepts(sent.auth_events[:1])


@pytest.mark.parametrize("version", VERSIONS)
def test_no_two_are_of_the_same_state(version: str) -> None:
    sent = Sent(version)
    assert not sent.accepts([*sent.auth_events, sent.auth_events[-1]])


@pytest.mark.parametrize("version", VERSIONS)
def test_no_other_event_is_among_them(version: str) -> None:
    sent = Sent(version)
    for type, state_key in (("m.room.member", BOB), ("m.room.topic", "")):
        other = sent.room.event(type, ALICE, {}, state_key)
        assert not sent.accepts([*sent.auth_events, other])
    message = {k: v for k, v in sent.auth_events[-1].items() if k != "state_key"}
    assert not sent.accepts([*sent.auth_events[:-1], message])


@pytest.mark.parametrize("version", VERSIONS)
def test_all_are_of_the_same_room(version: str) -> None:
    sent = Sent(version)
    stranger = {**sent.auth_events[-1], "room_id": "!other:tea.house"}
    assert not sent.accepts([*sent.auth_events[:-1], stranger])


@pytest.mark.parametrize("version", VERSIONS)
def test_the_create_event_is_among_them_until_version_11(version: str) -> None:
    sent = Sent(version)
    create = sent.room.create
    without = [pdu for pdu in sent.auth_events if pdu is not create]
    assert sent.accepts(without) == (version == "12")
    assert sent.accepts([*without, create]) == (version != "12")


@pytest.mark.parametrize("version", versions_since(1))
def test_the_create_event_may_name_none(version: str) -> None:
    room = TestRoom(version)
    auth_rules.check_auth_events(room.version, room.create, [])
