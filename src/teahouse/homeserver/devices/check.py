"""Whether the messages that wait for devices are whole."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from teahouse.homeserver.devices.tables import device, device_message
from teahouse.kit.database import ReadTx


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong."""
    whose = (device_message.c.user_id, device_message.c.device_id)
    nth = device_message.c.nth
    its_device = sa.and_(
        device.c.shard == device_message.c.shard,
        device.c.user_id == device_message.c.user_id,
        device.c.device_id == device_message.c.device_id,
    )
    waiting = sa.select(
        *whose,
        sa.func.count().label("messages"),
        (sa.func.max(nth) - sa.func.min(nth) + 1).label("numbered"),
        sa.func.count(device.c.device_id).label("to_a_device"),
    )
    for row in tx.all(
        waiting.select_from(device_message.outerjoin(device, its_device)).group_by(*whose)
    ):
        where = f"device {row.device_id} of {row.user_id}"
        if row.to_a_device == 0:
            yield f"{where} has messages and is not there"
        if row.messages != row.numbered:
            yield f"{where} has {row.messages} messages, numbered as {row.numbered}"
