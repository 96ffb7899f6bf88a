"""The key by which push services of browsers know this server. Made when it is first asked for.

A browser's subscription is bound to it, so it never changes. Source: RFC 8292
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from teahouse.homeserver.push.tables import vapid_key
from teahouse.homeserver.push.webpush_rules import to_base64
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.log import LogWriter, WriteTx

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class VapidKey:
    private: bytes = field(repr=False)
    public: bytes

    @property
    def shown(self) -> str:
        """As browsers take it: the uncompressed point."""
        return to_base64(self.public)


class VapidKeys:
    """There is one. To make it loads a library of 10 MiB, which a server at rest does without."""

    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._log = log
        self._known: VapidKey | None = None

    async def get(self) -> VapidKey:
        if self._known is None:
            self._known = await self._database.read(_stored) or await self._claim()
        return self._known

    async def _claim(self) -> VapidKey:
        """The first one that is stored is everybody's."""
        made = _made()

        def claim(tx: WriteTx) -> VapidKey:
            stored = _stored(tx)
            if stored is None:
                keys = {"private_key": made.private, "public_key": made.public}
                tx.run(sa.insert(vapid_key).values(shard=0, **keys))
            return stored or made

        return await self._log.submit(claim)


def _stored(tx: ReadTx) -> VapidKey | None:
    row = tx.first(sa.select(vapid_key))
    return None if row is None else VapidKey(row.private_key, row.public_key)


def _made() -> VapidKey:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return VapidKey(key.private_numbers().private_value.to_bytes(KEY_BYTES, "big"), public)
