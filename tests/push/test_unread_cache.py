"""Bases of counts in memory: what is committed while one is read must not be missed."""

from __future__ import annotations

from teahouse.homeserver.push.marks import EVERYBODY, UnreadMarked
from teahouse.homeserver.push.unread import Unread, UnreadBase
from teahouse.homeserver.push.unread_cache import UnreadCache
from teahouse.kit.bus import Committed

BASE = UnreadBase(notify_from=3, highlight_count=1, threads={"$root": (2, 0)})


def marked(cache: UnreadCache, user_id: str, room_id: str, pos: int) -> None:
    cache.follow(Committed(pos, pos, [UnreadMarked(user_id, room_id, pos)]))


def test_a_base_tells_the_counts_by_subtraction() -> None:
    assert BASE.at(10) == Unread(7, 1, {"$root": (2, 0)})
    assert BASE.at(10).in_all() == (9, 1)


def test_a_base_is_kept_until_something_changes_it() -> None:
    cache = UnreadCache()
    cache.put("@bob:x", "!room", BASE, 10)
    marked(cache, "@carol:x", "!room", 11)
    marked(cache, "@bob:x", "!other", 12)
    assert cache.get("@bob:x", "!room") == BASE
    marked(cache, "@bob:x", "!room", 13)
    assert cache.get("@bob:x", "!room") is None


def test_a_mark_for_everybody_drops_the_whole_room() -> None:
    cache = UnreadCache()
    cache.put("@bob:x", "!room", BASE, 10)
    cache.put("@bob:x", "!other", BASE, 10)
    marked(cache, EVERYBODY, "!room", 11)
    assert cache.get("@bob:x", "!room") is None
    assert cache.get("@bob:x", "!other") == BASE


def test_a_base_that_was_read_before_a_drop_is_refused() -> None:
    cache = UnreadCache()
    marked(cache, "@bob:x", "!room", 11)
    cache.put("@bob:x", "!room", BASE, 10)
    assert cache.get("@bob:x", "!room") is None
    cache.put("@bob:x", "!room", BASE, 11)
    assert cache.get("@bob:x", "!room") == BASE


def test_a_drop_that_is_forgotten_still_counts() -> None:
    cache = UnreadCache(max_drops=2)
    for pos, room_id in enumerate(("!room", "!second", "!third"), start=11):
        marked(cache, "@bob:x", room_id, pos)
    cache.put("@bob:x", "!room", BASE, 10)
    assert cache.get("@bob:x", "!room") is None
    cache.put("@bob:x", "!room", BASE, 13)
    assert cache.get("@bob:x", "!room") == BASE


def test_memory_is_bounded_and_the_room_asked_for_longest_ago_goes_first() -> None:
    cache = UnreadCache(max_bases=2)
    cache.put("@bob:x", "!first", BASE, 10)
    cache.put("@bob:x", "!second", BASE, 10)
    cache.get("@bob:x", "!first")
    cache.put("@bob:x", "!third", BASE, 10)
    assert cache.get("@bob:x", "!second") is None
    assert cache.get("@bob:x", "!first") == BASE
