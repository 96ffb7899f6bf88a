"""The authorization rules for `m.room.member`: each beside its refusal, in every room version."""

from __future__ import annotations

from typing import Any

import pytest
from nacl.signing import SigningKey

from teahouse.protocol import signing
from tests.protocol.rooms import (
    ALICE,
    BOB,
    CAROL,
    VERSIONS,
    TestRoom,
    versions_before,
    versions_since,
)

MEMBERSHIPS = ["leave", "invite", "join", "knock", "ban"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_membership_has_a_user_and_a_value(version: str) -> None:
    room = TestRoom.with_members(version)
    room.set_join_rule("public")
    join = room.member(BOB, BOB, "join")
    assert room.accepts(join)
    assert not room.accepts({k: v for k, v in join.items() if k != "state_key"})
    assert not room.accepts({**join, "content": {}})
    assert not room.accepts({**join, "content": {"membership": "lurk"}})
    assert not room.accepts({**join, "content": {"membership": ["join"]}})


@pytest.mark.parametrize("version", VERSIONS)
def test_the_creator_joins_first(version: str) -> None:
    room = TestRoom(version)
    assert room.accepts(room.member(ALICE, ALICE, "join"))
    assert not room.accepts(room.member(BOB, BOB, "join"))
    late = {**room.member(ALICE, ALICE, "join"), "prev_events": []}
    assert not room.accepts(late)
    room.set_join_rule("invite")
    assert not room.accepts(room.member(ALICE, ALICE, "join"))


@pytest.mark.parametrize("version", versions_before(11))
def test_before_version_11_the_creator_is_whom_the_content_names(version: str) -> None:
    room = TestRoom(version, made_by=ALICE, creator=BOB)
    assert room.accepts(room.member(BOB, BOB, "join"))
    assert not room.accepts(room.member(ALICE, ALICE, "join"))


def test_an_additional_creator_does_not_join_first() -> None:
    room = TestRoom("12", additional_creators=[BOB])
    assert room.accepts(room.member(ALICE, ALICE, "join"))
    assert not room.accepts(room.member(BOB, BOB, "join"))


JOINS = {
    # join rule: (since which version it is known, from which memberships one may join)
    "public": (1, {"leave", "invite", "join", "knock"}),
    "invite": (1, {"invite", "join"}),
    "knock": (7, {"invite", "join"}),
    "restricted": (8, {"invite", "join"}),
    "knock_restricted": (10, {"invite", "join"}),
    "private": (99, set()),
    "unheard of": (99, set()),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("rule", JOINS)
@pytest.mark.parametrize("membership", MEMBERSHIPS)
def test_who_may_join_by_the_join_rule(version: str, rule: str, membership: str) -> None:
    since, memberships = JOINS[rule]
    room = TestRoom.with_members(version, bob=membership)
    room.set_join_rule(rule)
    expected = int(version) >= since and membership in memberships
    assert room.accepts(room.member(BOB, BOB, "join")) == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_without_join_rules_a_room_is_for_the_invited(version: str) -> None:
    room = TestRoom.with_members(version, bob="invite", carol="leave")
    assert room.accepts(room.member(BOB, BOB, "join"))
    assert not room.accepts(room.member(CAROL, CAROL, "join"))


@pytest.mark.parametrize("version", VERSIONS)
def test_nobody_joins_for_another(version: str) -> None:
    room = TestRoom.with_members(version, bob="invite")
    room.set_join_rule("public")
    assert not room.accepts(room.member(ALICE, BOB, "join"))
    assert room.accepts(room.member(BOB, BOB, "join"))


def restricted_room(version: str, rule: str = "restricted") -> TestRoom:
    room = TestRoom.with_members(version, carol="join")
    room.set_join_rule(rule)
    room.set_levels(invite=20, users={CAROL: 20})
    return room


@pytest.mark.parametrize("version", versions_since(8))
def test_a_restricted_join_is_authorised_by_who_may_invite(version: str) -> None:
    room = restricted_room(version)
    via = room.member(BOB, BOB, "join", join_authorised_via_users_server=CAROL)
    assert room.accepts(via)
    room.set_levels(invite=20, users={CAROL: 19})
    assert not room.accepts(via)


@pytest.mark.parametrize("version", versions_since(8))
@pytest.mark.parametrize("via", [None, 1, "@nobody:tea.house"])
def test_a_restricted_join_is_authorised_by_no_one_else(version: str, via: Any) -> None:
    room = restricted_room(version)
    room.set_levels(invite=0)
    assert not room.accepts(room.member(BOB, BOB, "join", join_authorised_via_users_server=via))


@pytest.mark.parametrize("version", versions_since(8))
def test_who_authorises_a_join_is_a_member(version: str) -> None:
    room = restricted_room(version)
    room.set_member(CAROL, "leave")
    via = room.member(BOB, BOB, "join", join_authorised_via_users_server=CAROL)
    assert not room.accepts(via)


@pytest.mark.parametrize("version", versions_since(8))
def test_a_ban_holds_against_an_authorised_join(version: str) -> None:
    room = restricted_room(version)
    room.set_member(BOB, "ban")
    via = room.member(BOB, BOB, "join", join_authorised_via_users_server=CAROL)
    assert not room.accepts(via)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("rule", "since"), [("restricted", 8), ("knock_restricted", 10)])
def test_joins_are_restricted_since(version: str, rule: str, since: int) -> None:
    room = restricted_room(version, rule)
    via = room.member(BOB, BOB, "join", join_authorised_via_users_server=CAROL)
    assert room.accepts(via) == (int(version) >= since)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("membership", MEMBERSHIPS)
def test_whom_a_member_may_invite(version: str, membership: str) -> None:
    room = TestRoom.with_members(version, bob=membership)
    expected = membership not in ("join", "ban")
    assert room.accepts(room.member(ALICE, BOB, "invite")) == expected


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("membership", MEMBERSHIPS)
def test_who_may_invite(version: str, membership: str) -> None:
    room = TestRoom.with_members(version, carol=membership)
    assert room.accepts(room.member(CAROL, BOB, "invite")) == (membership == "join")


@pytest.mark.parametrize("version", VERSIONS)
def test_inviting_takes_its_level(version: str) -> None:
    room = TestRoom.with_members(version, carol="join")
    room.set_levels(invite=10, users={CAROL: 10})
    assert room.accepts(room.member(CAROL, BOB, "invite"))
    room.set_levels(invite=10, users={CAROL: 9})
    assert not room.accepts(room.member(CAROL, BOB, "invite"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("membership", MEMBERSHIPS)
def test_who_may_leave(version: str, membership: str) -> None:
    room = TestRoom.with_members(version, bob=membership)
    leavable = {"invite", "join", "knock"} if int(version) >= 7 else {"invite", "join"}
    assert room.accepts(room.member(BOB, BOB, "leave")) == (membership in leavable)


KICKS = [
    # (the kicker's level, the target's, the kick level, allowed)
    (50, 0, 50, True),
    (49, 0, 50, False),
    (50, 49, 50, True),
    (50, 50, 50, False),
    (50, 51, 50, False),
    (0, -1, 0, True),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("carols", "bobs", "needed", "allowed"), KICKS)
@pytest.mark.parametrize("action", ["kick", "ban"])
def test_removing_takes_its_level_and_more_than_the_targets(
    version: str, carols: int, bobs: int, needed: int, allowed: bool, action: str
) -> None:
    room = TestRoom.with_members(version, bob="join", carol="join")
    room.set_levels(**{action: needed}, users={CAROL: carols, BOB: bobs})
    membership = "leave" if action == "kick" else "ban"
    assert room.accepts(room.member(CAROL, BOB, membership)) == allowed


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("membership", ["leave", "ban"])
@pytest.mark.parametrize("carols", MEMBERSHIPS)
def test_only_members_remove_others(version: str, membership: str, carols: str) -> None:
    room = TestRoom.with_members(version, bob="join", carol=carols)
    room.set_levels(users={CAROL: 90})
    assert room.accepts(room.member(CAROL, BOB, membership)) == (carols == "join")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("membership", MEMBERSHIPS)
def test_anyone_lower_can_be_banned(version: str, membership: str) -> None:
    room = TestRoom.with_members(version, bob=membership)
    assert room.accepts(room.member(ALICE, BOB, "ban"))
    assert not room.accepts(room.member(BOB, ALICE, "ban"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("level", "kick", "ban", "allowed"),
    [(60, 60, 60, True), (60, 60, 61, False), (60, 61, 60, False), (60, 0, 60, True)],
)
def test_unbanning_takes_both_levels(
    version: str, level: int, kick: int, ban: int, allowed: bool
) -> None:
    room = TestRoom.with_members(version, bob="ban", carol="join")
    room.set_levels(kick=kick, ban=ban, users={CAROL: level})
    assert room.accepts(room.member(CAROL, BOB, "leave")) == allowed


def test_creators_stand_above_every_level_and_equal_to_each_other() -> None:
    room = TestRoom("12", additional_creators=[BOB])
    for user_id in (ALICE, BOB, CAROL):
        room.set_member(user_id, "join")
    room.set_levels(users={CAROL: 2**53 - 1}, kick=2**53 - 1, ban=2**53 - 1)
    assert room.accepts(room.member(BOB, CAROL, "ban"))
    for other in (ALICE, BOB):
        assert not room.accepts(room.member(CAROL, other, "leave"))
        assert not room.accepts(room.member(CAROL, other, "ban"))
    assert not room.accepts(room.member(ALICE, BOB, "ban"))
    assert not room.accepts(room.member(BOB, ALICE, "leave"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("rule", JOINS)
def test_which_rooms_take_knocks(version: str, rule: str) -> None:
    room = TestRoom.with_members(version)
    room.set_join_rule(rule)
    since = {"knock": 7, "knock_restricted": 10}.get(rule, 99)
    assert room.accepts(room.member(BOB, BOB, "knock")) == (int(version) >= since)


@pytest.mark.parametrize("version", versions_since(7))
@pytest.mark.parametrize("membership", MEMBERSHIPS)
def test_who_may_knock(version: str, membership: str) -> None:
    room = TestRoom.with_members(version, bob=membership)
    room.set_join_rule("knock")
    expected = membership in ("leave", "knock")
    assert room.accepts(room.member(BOB, BOB, "knock")) == expected
    assert not room.accepts(room.member(ALICE, BOB, "knock"))
    assert not room.accepts(room.member(CAROL, BOB, "knock"))


class ThirdPartyInvite:
    """To Bob, by Alice, signed by an identity server."""

    def __init__(self, version: str, *, content: str = "public_key") -> None:
        self.key = SigningKey(b"k" * 32)
        self.room = TestRoom.with_members(version)
        self.signed = self.sign({"mxid": BOB, "token": "abc"}, self.key)
        public = signing.encode_base64(bytes(self.key.verify_key))
        other = signing.encode_base64(bytes(SigningKey(b"o" * 32).verify_key))
        contents: dict[str, dict[str, Any]] = {
            "public_key": {"public_key": public},
            "public_keys": {"public_key": other, "public_keys": [{"public_key": public}]},
            "neither": {"public_key": other, "public_keys": ["junk", {"public_key": "junk"}, {}]},
        }
        self.room.set("m.room.third_party_invite", contents[content], "abc")

    @staticmethod
    def sign(signed: dict[str, Any], key: SigningKey) -> dict[str, Any]:
        return signing.sign_json(signed, "id.example", "ed25519:0", key)

    def accepts(self, third_party_invite: Any, *, sender: str = ALICE, target: str = BOB) -> bool:
        pdu = self.room.member(sender, target, "invite", third_party_invite=third_party_invite)
        return self.room.accepts(pdu)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("content", ["public_key", "public_keys"])
def test_a_third_party_invite_is_redeemed(version: str, content: str) -> None:
    invite = ThirdPartyInvite(version, content=content)
    assert invite.accepts({"display_name": "b...", "signed": invite.signed})


@pytest.mark.parametrize("version", VERSIONS)
def test_the_inviter_need_not_be_there_any_more(version: str) -> None:
    invite = ThirdPartyInvite(version)
    invite.room.set_member(ALICE, "leave")
    assert invite.accepts({"signed": invite.signed})
    assert not invite.room.accepts(invite.room.member(ALICE, BOB, "invite"))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_third_party_invite_holds_not_for_the_banned(version: str) -> None:
    invite = ThirdPartyInvite(version)
    invite.room.set_member(BOB, "ban")
    assert not invite.accepts({"signed": invite.signed})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "third_party_invite",
    [
        {},
        None,
        "signed",
        {"signed": None},
        {"signed": []},
        {"signed": {"mxid": BOB}},
        {"signed": {"token": "abc"}},
        {"signed": {"mxid": BOB, "token": "abc"}},
        {"signed": {"mxid": BOB, "token": ["abc"]}},
    ],
)
def test_a_third_party_invite_is_signed(version: str, third_party_invite: Any) -> None:
    assert not ThirdPartyInvite(version).accepts(third_party_invite)


@pytest.mark.parametrize("version", ["1", "12"])
def test_a_third_party_invite_is_for_one_user_by_one_user(version: str) -> None:
    invite = ThirdPartyInvite(version)
    invite.room.set_member(CAROL, "join")
    assert invite.accepts({"signed": invite.signed})
    assert not invite.accepts({"signed": invite.signed}, target="@dan:tea.house")
    assert not invite.accepts({"signed": invite.signed}, sender=CAROL)
    unknown = invite.sign({"mxid": BOB, "token": "unknown"}, invite.key)
    assert not invite.accepts({"signed": unknown})


@pytest.mark.parametrize("version", ["1", "12"])
def test_the_signature_is_by_a_key_of_the_invite(version: str) -> None:
    assert not ThirdPartyInvite(version, content="neither").accepts(
        {"signed": ThirdPartyInvite(version).signed}
    )
    invite = ThirdPartyInvite(version)
    forged = invite.sign({"mxid": BOB, "token": "abc"}, SigningKey(b"f" * 32))
    assert not invite.accepts({"signed": forged})
    assert not invite.accepts({"signed": {**invite.signed, "extra": 1}})
