"""The grammar of identifiers, by tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.protocol import identifiers
from teahouse.protocol.identifiers import BadIdentifier

HASH = "Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg"
V3_HASH = "acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk"

SERVER_NAMES = [
    # The examples of the appendix.
    "matrix.org",
    "matrix.org:8888",
    "1.2.3.4",
    "1.2.3.4:1234",
    "[1234:5678::abcd]",
    "[1234:5678::abcd]:5678",
    "localhost",
    "a-b.example",
    "UPPER.example",
    "[::]",
    "[::ffff:1.2.3.4]:8448",
    "0.0.0.0",
    "255.255.255.255:99999",
    "1.2.3",
    "xn--fiq228c.example",
    "a" * 255,
]
NOT_SERVER_NAMES = [
    "",
    ":8448",
    "example:",
    "example:123456",
    "example:port",
    "example:-1",
    "256.1.1.1",
    "1.2.3.999:8448",
    "[1234:5678::abcd",
    "1234:5678::abcd",
    "[::1]8448",
    "[12345::]",
    "[::1%eth0]",
    "[]",
    "[1.2.3.4]x",
    "under_score.example",
    "spa ce.example",
    "example/path",
    "茶馆.example",
    "example\n",
    "example:8448\n",
    "user@example",
    "a" * 256,
    "a" * 253 + ":80",
]


@pytest.mark.parametrize("name", SERVER_NAMES)
def test_is_a_server_name(name: str) -> None:
    assert identifiers.is_server_name(name)


@pytest.mark.parametrize("name", NOT_SERVER_NAMES)
def test_is_no_server_name(name: str) -> None:
    assert not identifiers.is_server_name(name)


USER_IDS = [
    "@alice:tea.house",
    "@a.b_c=d-e/f+g:tea.house",
    "@0:1.2.3.4",
    "@alice:[::1]:8448",
    # Historical ones.
    "@:tea.house",
    "@ALICE:tea.house",
    "@al ice!*#:tea.house",
    "@茶:tea.house",
    "@\x01\n\u2028:tea.house",
    "@" + "a" * 244 + ":tea.house",
    "@" + "茶" * 81 + "a:tea.house",
]
NOT_USER_IDS = [
    "",
    "@",
    "@alice",
    "alice:tea.house",
    "#alice:tea.house",
    " @alice:tea.house",
    "@alice:",
    "@al:ice:tea.house",
    "@al\x00ice:tea.house",
    "@al\ud800ice:tea.house",
    "@alice:tea.house ",
    "@alice:tea_house",
    "@" + "a" * 245 + ":tea.house",
    "@" + "茶" * 82 + ":tea.house",
]


@pytest.mark.parametrize("user_id", USER_IDS)
def test_is_a_user_id(user_id: str) -> None:
    assert identifiers.is_user_id(user_id)


@pytest.mark.parametrize("user_id", NOT_USER_IDS)
def test_is_no_user_id(user_id: str) -> None:
    assert not identifiers.is_user_id(user_id)
    with pytest.raises(BadIdentifier):
        identifiers.parse_user_id(user_id)


def test_the_longest_ids_have_255_bytes() -> None:
    assert max(len(user_id.encode()) for user_id in USER_IDS) == identifiers.MAX_BYTES


def test_a_user_id_has_a_localpart_and_a_server_name() -> None:
    assert identifiers.parse_user_id("@alice:tea.house:8448") == ("alice", "tea.house:8448")
    assert identifiers.parse_user_id("@:[::1]:8448") == ("", "[::1]:8448")


@pytest.mark.parametrize("localpart", ["alice", "0", "a.b_c=d-e/f+g", "_", "a" * 300])
def test_an_account_may_have_the_name(localpart: str) -> None:
    assert identifiers.is_new_localpart(localpart)


@pytest.mark.parametrize("localpart", ["", "Alice", "a b", "a:b", "茶", "a!", "a\n", "a@b", "a*"])
def test_no_account_may_have_the_name(localpart: str) -> None:
    assert not identifiers.is_new_localpart(localpart)


@pytest.mark.parametrize(
    "local", [HASH, V3_HASH, "opaque:tea.house", "茶:tea.house", "\x01 :1.2.3.4:8448"]
)
def test_events_and_rooms_are_named_by_hash_or_within_a_server(local: str) -> None:
    assert identifiers.is_event_id("$" + local)
    assert identifiers.is_room_id("!" + local)
    assert not identifiers.is_event_id("!" + local)
    assert not identifiers.is_room_id("$" + local)


@pytest.mark.parametrize(
    "local",
    [
        "",
        ":tea.house",
        "opaque",
        "opaque:",
        "a:b:tea.house",
        "a\x00b:tea.house",
        "a\udfffb:tea.house",
        HASH[:-1],
        HASH + "A",
        HASH[:-1] + "=",
        HASH + "\n",
        "a" * 245 + ":tea.house",
    ],
)
def test_neither_event_nor_room_is_named_so(local: str) -> None:
    assert not identifiers.is_event_id("$" + local)
    assert not identifiers.is_room_id("!" + local)


@pytest.mark.parametrize("alias", ["#tea:tea.house", "#茶馆:tea.house", "# :1.2.3.4"])
def test_is_a_room_alias(alias: str) -> None:
    assert identifiers.is_room_alias(alias)


@pytest.mark.parametrize(
    "alias", ["", "#", "#tea", "tea:tea.house", "#:tea.house", "#a\x00:tea.house", "#a:b:tea.house"]
)
def test_is_no_room_alias(alias: str) -> None:
    assert not identifiers.is_room_alias(alias)


@pytest.mark.parametrize("value", ["a", "A9-._~", "x" * 255])
def test_is_opaque(value: str) -> None:
    assert identifiers.is_opaque(value)


@pytest.mark.parametrize("value", ["", "a b", "a/b", "a+b", "茶", "a\n", "x" * 256])
def test_is_not_opaque(value: str) -> None:
    assert not identifiers.is_opaque(value)


@pytest.mark.parametrize("value", ["m.text", "a", "im.teahouse.pay-1_x", "a" * 255])
def test_is_namespaced(value: str) -> None:
    assert identifiers.is_namespaced(value)


@pytest.mark.parametrize("value", ["", "M.text", "1a", ".a", "a b", "a/b", "a" * 256])
def test_is_not_namespaced(value: str) -> None:
    assert not identifiers.is_namespaced(value)


@pytest.mark.parametrize(
    ("identifier", "server_name"),
    [
        ("@alice:tea.house", "tea.house"),
        ("#a:tea.house:8448", "tea.house:8448"),
        ("!a:[::1]:1", "[::1]:1"),
    ],
)
def test_an_identifier_tells_its_server(identifier: str, server_name: str) -> None:
    assert identifiers.server_of(identifier) == server_name


def test_a_hash_tells_no_server() -> None:
    with pytest.raises(BadIdentifier):
        identifiers.server_of("$" + HASH)


@given(st.text(), st.sampled_from(SERVER_NAMES[:6]))
def test_parsing_a_user_id_gives_back_its_parts(localpart: str, server_name: str) -> None:
    user_id = f"@{localpart}:{server_name}"
    legal = ":" not in localpart and "\x00" not in localpart and len(user_id.encode()) <= 255
    assert identifiers.is_user_id(user_id) == legal
    if legal:
        assert identifiers.parse_user_id(user_id) == (localpart, server_name)
