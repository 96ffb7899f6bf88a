"""Token buckets: whose they are, how they fill again, and how many are kept."""

from __future__ import annotations

import pytest

from teahouse.kit.clock import ManualClock
from teahouse.kit.errors import Refused
from teahouse.kit.limits import GENERAL, LIMITS, MAX_BUCKETS, Limits, network_of

HERE = "192.0.2.1"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def limits(clock: ManualClock) -> Limits:
    return Limits(clock)


def allowed(limits: Limits, name: str | None, user_id: str = "", address: str = HERE) -> int:
    """How often in a row it may be done, at most a thousand times."""
    for count in range(1000):
        try:
            limits.check(name, user_id, address)
        except Refused:
            return count
    return 1000


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_each_action_has_a_burst_and_then_a_rate(
    limits: Limits, clock: ManualClock, name: str
) -> None:
    assert allowed(limits, name) == LIMITS[name].burst
    with pytest.raises(Refused) as refused:
        limits.check(name, "", HERE)
    assert refused.value.errcode == "M_LIMIT_EXCEEDED"
    clock.advance(refused.value.details["retry_after_ms"])
    assert allowed(limits, name) == 1


def test_what_is_not_named_has_the_general_limit(limits: Limits) -> None:
    assert allowed(limits, None) == LIMITS[GENERAL].burst


def test_what_is_given_back_was_not_taken(limits: Limits) -> None:
    for _ in range(3 * LIMITS["login"].burst):
        limits.check("login", "", HERE)
        limits.give_back("login", "", HERE)
    limits.give_back("login", "", HERE)
    assert allowed(limits, "login") == LIMITS["login"].burst


def test_each_action_is_counted_for_itself(limits: Limits) -> None:
    allowed(limits, "login")
    assert allowed(limits, "register") == LIMITS["register"].burst


def test_a_user_is_limited_wherever_they_are_and_nobody_else_with_them(limits: Limits) -> None:
    allowed(limits, "send", "@alice:localhost")
    assert allowed(limits, "send", "@alice:localhost", "192.0.2.9") == 0
    assert allowed(limits, "send", "@bob:localhost") == LIMITS["send"].burst


def test_an_address_is_limited_and_no_other_with_it(limits: Limits) -> None:
    allowed(limits, "login")
    assert allowed(limits, "login") == 0
    assert allowed(limits, "login", "", "192.0.2.2") == LIMITS["login"].burst


def test_the_addresses_of_one_ipv6_network_are_one(limits: Limits) -> None:
    allowed(limits, "login", "", "2001:db8:0:1::1")
    assert allowed(limits, "login", "", "2001:db8:0:1:ffff::2") == 0
    assert allowed(limits, "login", "", "2001:db8:0:2::1") == LIMITS["login"].burst


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:DB8:0:0:ffff::", "2001:db8::/64"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_an_address_counts_as_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_only_so_many_buckets_are_kept_and_the_newest_are(limits: Limits) -> None:
    allowed(limits, "login", "@first:localhost")
    allowed(limits, "login", "@last:localhost")
    for n in range(MAX_BUCKETS - 1):
        limits.check("login", f"@u{n}:localhost", "")
    assert limits.kept == MAX_BUCKETS
    assert allowed(limits, "login", "@last:localhost") == 0
    assert allowed(limits, "login", "@first:localhost") == LIMITS["login"].burst


def test_without_limits_nothing_is_refused_and_nothing_kept(clock: ManualClock) -> None:
    limits = Limits(clock, enabled=False)
    assert allowed(limits, "login") == 1000
    assert limits.kept == 0
