"""A service that is away, or many that are not there, cost little."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.homeserver.appservices import news as news_module
from teahouse.homeserver.appservices.news import News
from teahouse.homeserver.appservices.registration import AppService, made_of
from teahouse.homeserver.keys.counts import CountsChanged
from teahouse.homeserver.presence.published import PresenceChanged
from teahouse.homeserver.receipts.published import READ, READ_PRIVATE, ReceiptMoved, TypingChanged
from teahouse.kit.log import Touched
from tests.appservices.bridging import registration

MOST = 5


@pytest.fixture
def service() -> AppService:
    flags = {"de.sorunome.msc2409.push_ephemeral": True, "org.matrix.msc3202": True}
    return made_of(registration("http://localhost:9") | flags, "localhost")


@pytest.fixture
def news(service: AppService, monkeypatch: pytest.MonkeyPatch) -> News:
    for limit in ("MAX_KEPT", "MAX_NAMES"):
        monkeypatch.setattr(news_module, limit, MOST)
    monkeypatch.setattr(news_module._keep, "__defaults__", (MOST,))
    return News(service)


def receipt(number: int, type: str = READ) -> ReceiptMoved:
    return ReceiptMoved(f"!r{number}", "@ann:localhost", type, "", "$e", 1, 1, number)


def test_of_what_passes_the_newest_are_kept(news: News) -> None:
    for number in range(3 * MOST):
        news.follow(receipt(number))
        news.follow(TypingChanged(f"!r{number}", ["@ann:localhost"], number))
        news.follow(PresenceChanged(f"@p{number}:localhost", "online", None, number))
        news.follow(CountsChanged(f"@_bridge_{number}:localhost", "PHONE"))
    newest = list(range(2 * MOST, 3 * MOST))
    some = news.take(100)
    assert [moved.pos for moved in some.receipts] == newest
    assert [changed.pos for changed in some.typing] == newest
    assert [said.pos for said in some.presence] == newest
    assert [user for user, _ in some.counts] == [f"@_bridge_{n}:localhost" for n in newest]
    assert not news.take(100)


def test_of_the_same_thing_the_newest_counts_also_when_it_is_put_back(news: News) -> None:
    news.follow(TypingChanged("!r", ["@ann:localhost"], 1))
    taken = news.take(100)
    news.follow(TypingChanged("!r", [], 2))
    news.put_back(taken)
    assert [changed.pos for changed in news.take(100).typing] == [2]


def test_when_too_many_have_messages_all_inboxes_are_looked_into(news: News) -> None:
    for number in range(MOST):
        news.follow(Touched(f"@_bridge_{number}:localhost", "to_device", number))
    assert not news.lost_inboxes
    news.follow(Touched("@_bridge_x:localhost", "to_device", 9))
    assert news.lost_inboxes
    assert len(news.take(100).inboxes) == MOST


def test_what_is_not_the_services_is_not_kept(news: News) -> None:
    others: list[Any] = [
        receipt(1, READ_PRIVATE),
        Touched("@ann:localhost", "to_device", 1),
        Touched("@_bridge_a:localhost", "account_data", 1),
        CountsChanged("@ann:localhost", "PHONE"),
    ]
    for item in others:
        news.follow(item)
    assert not news.take(100)
