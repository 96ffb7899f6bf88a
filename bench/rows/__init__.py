"""The rows, in the order in which they run."""

from bench.rows.group import Group
from bench.rows.many_rooms import IncrementalSync, InitialSync
from bench.rows.memory import Memory
from bench.rows.pairs import Pairs
from bench.rows.row import Row
from bench.rows.senders import Senders
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
    Memory("after"),
    StartUp(),
)

__all__ = ["ROWS", "Row"]
