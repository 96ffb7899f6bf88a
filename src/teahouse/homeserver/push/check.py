"""Whether the marks of unread events are running sums."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from teahouse.homeserver.push.tables import unread_mark
from teahouse.kit.database import ReadTx

PAGE = 1_000


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong. Of one event to the next a sum moves by one or not.

    The first one may have any value: what stood before it may have been purged.
    """
    rows = sa.select(unread_mark).order_by(
        unread_mark.c.shard,
        unread_mark.c.user_id,
        unread_mark.c.room_id,
        unread_mark.c.thread_id,
        unread_mark.c.pos,
    )
    before: sa.Row[tuple[int, ...]] | None = None
    for page in tx.pages(rows, PAGE):
        for row in page:
            if before is not None and before[:4] == row[:4]:
                for name in ("notify_sum", "highlight_sum"):
                    was, now = getattr(before, name), getattr(row, name)
                    if abs(now - was) > 1:
                        yield (
                            f"room {row.room_id}: the {name} of {row.user_id or 'everybody'}"
                            f" at {row.pos} is {now} after {was}"
                        )
            before = row
