"""The key by which push services of browsers know this server. Made at the first start.

A browser's subscription is bound to it, so it never changes. Source: RFC 8292
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from teahouse.homeserver.push.tables import vapid_key
from teahouse.homeserver.push.webpush_rules import to_base64
from teahouse.kit.database import Database

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class VapidKey:
    private: bytes = field(repr=False)
    public: bytes

    @property
    def shown(self) -> str:
        """As browsers take it: the uncompressed point."""
        return to_base64(self.public)


def claim_vapid_key(database: Database) -> VapidKey:
    """Stores a new key at the first start. The data folder must be locked by the caller."""
    with database.engine.connect().execution_options(writes=True) as connection, connection.begin():
        stored = connection.execute(sa.select(vapid_key)).first()
        if stored is not None:
            return VapidKey(stored.private_key, stored.public_key)
        made = _made()
        connection.execute(
            sa.insert(vapid_key).values(shard=0, private_key=made.private, public_key=made.public)
        )
        return made


def _made() -> VapidKey:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return VapidKey(key.private_numbers().private_value.to_bytes(KEY_BYTES, "big"), public)
