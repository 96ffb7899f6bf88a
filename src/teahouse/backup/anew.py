"""What a restored server must not take up again where its backup ends.

The old server went on after the backup was made: it gave out positions and keys of which the backup
knows nothing. So every log begins anew, far above anything that was given out, and no key that may
have been handed out is handed out again; devices upload others when they hear that there are none.
"""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.homeserver.keys.tables import key_pool, one_time_key
from teahouse.homeserver.sliding.tables import sliding_connection
from teahouse.kit.log.tables import log_commit, log_head

LIFT = 1 << 40
"""No server commits so many changes after its last backup."""


def begin_anew(connection: sa.Connection, now_ms: int) -> None:
    for head in connection.execute(sa.select(log_head)).all():
        lifted = head.pos + LIFT
        connection.execute(
            sa.update(log_head)
            .where(log_head.c.log == head.log)
            .values(pos=lifted, floor=lifted, epoch=head.epoch + 1)
        )
        # A commit of its own, so that the log stays without gaps.
        connection.execute(
            sa.insert(log_commit).values(
                log=head.log,
                first_pos=head.pos + 1,
                last_pos=lifted,
                touched=b"[]",
                committed_at_ms=now_ms,
            )
        )
    connection.execute(sa.delete(one_time_key))
    no_fallback = {"fallback_key_id": None, "fallback_key": None, "fallback_used": False}
    connection.execute(sa.update(key_pool).values(**no_fallback))
    connection.execute(sa.delete(sliding_connection))
