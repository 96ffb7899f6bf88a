"""The rows, in the order in which they run."""

from bench.rows.big_room import BigRoom
from bench.rows.group import Group
from bench.rows.idle_sync import IdleSync
from bench.rows.logins import Logins
from bench.rows.many_rooms import IncrementalSync, InitialSync
from bench.rows.memory import Memory
from bench.rows.pairs import Pairs
from bench.rows.row import Row
from bench.rows.search import Search
from bench.rows.senders import Senders
from bench.rows.sliding_first import SlidingFirst
from bench.rows.start_up import StartUp

ROWS: tuple[Row, ...] = (
    Memory("at-rest"),
    Pairs(1),
    Pairs(10),
    Pairs(50),
    Group(senders=1),
    Group(senders=10),
    Senders(in_one_room=False),
    Senders(in_one_room=True),
    InitialSync(),
    IncrementalSync(),
    IdleSync(),
    Memory("after"),
    StartUp(),
    Logins(),
)

LONG_ROWS: tuple[Row, ...] = (
    SlidingFirst(),
    BigRoom(),
    Search(10_000),
    Search(1_000_000),
)
"""Their set-up takes minutes: they run when they are named, or with `--all`."""

__all__ = ["LONG_ROWS", "ROWS", "Row"]
