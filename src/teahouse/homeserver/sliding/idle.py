"""Requests that were found to have no news, so that asking again need not read the database."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from teahouse.homeserver.sliding.asked import Asked
from teahouse.homeserver.sliding.sent import Sent
from teahouse.homeserver.sliding.snapshot import Answer
from teahouse.homeserver.sliding.store import Connection
from teahouse.homeserver.sync.user_view import UserView
from teahouse.homeserver.sync.views import Views

MAX_CONNECTIONS = 20_000


class Idle:
    def __init__(self) -> None:
        self._answers: OrderedDict[Connection, tuple[int, Answer]] = OrderedDict()

    def put(self, asked: Asked, answer: Answer) -> None:
        if answer.has_news or answer.acknowledges or asked.token is None:
            self._answers.pop(asked.connection, None)
            return
        self._answers[asked.connection] = (
            _digest(asked),
            replace(answer, base=Sent(), sent=Sent(), own=None),
        )
        self._answers.move_to_end(asked.connection)
        if len(self._answers) > MAX_CONNECTIONS:
            self._answers.popitem(last=False)

    def get(self, asked: Asked, view: UserView, views: Views) -> Answer | None:
        """The answer to the very same request, if nothing that concerns the person came since."""
        found = self._answers.get(asked.connection)
        if found is None or found[0] != _digest(asked):
            return None
        return None if _stirred(view, views, found[1].upto) else found[1]


def _digest(asked: Asked) -> int:
    """In the place of a request that may be large. Two of one connection with the same would only
    mislead the client that sent them."""
    wishes = (asked.lists, asked.subscriptions, asked.extensions)
    of_wishes = (frozenset(one.items()) for one in wishes)
    return hash((asked.token, *of_wishes, asked.to_device_since, asked.to_device_limit))


def _stirred(view: UserView, views: Views, since: int) -> bool:
    return (
        view.known_from > since
        or view.touched_since(since)
        or views.device_lists_since(since)
        or any(room.last_pos > since for room in view.rooms.values())
    )
