"""The messages that are sent: as large as an encrypted one, and numbered.

The receiver finds the number in the raw bytes of an event's content, so no
JSON below the event itself is decoded.
"""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass

CONTENT_BYTES = 500
_MARK = "~"
_WORDS = ("tea", "kettle", "morning", "street", "market", "rain", "letter", "bridge", "river")


@dataclass(frozen=True, slots=True)
class Number:
    """`seq` counts the messages of `sender` in the run `run` from 0."""

    run: str
    sender: int
    seq: int


@dataclass(frozen=True, slots=True)
class MessageKind:
    event_type: str
    before: str
    after: str

    def content(self, number: Number) -> bytes:
        mark = f"{_MARK}{number.run}.{number.sender}.{number.seq}{_MARK}"
        padding = self.after[: CONTENT_BYTES - len(self.before) - len(mark) - 2]
        return f'{self.before}{mark}{padding}"}}'.encode()


def number_in(content: bytes) -> Number | None:
    """The number of a message of ours; None for any other content."""
    parts = content.split(_MARK.encode(), 2)
    if len(parts) < 3:
        return None
    fields = parts[1].split(b".")
    if len(fields) != 3:
        return None
    run, sender, seq = fields
    return Number(run.decode(), int(sender), int(seq))


def _sentence() -> str:
    draw = random.Random(8008)
    return " " + " ".join(draw.choice(_WORDS) for _ in range(CONTENT_BYTES // 4))


def _ciphertext() -> str:
    return base64.b64encode(random.Random(8008).randbytes(CONTENT_BYTES)).decode()


_MEGOLM = (
    '{"algorithm":"m.megolm.v1.aes-sha2","device_id":"JLAFKJWSCS",'
    f'"sender_key":"{_ciphertext()[100:143]}","session_id":"{_ciphertext()[200:243]}",'
    '"ciphertext":"'
)

KINDS = {
    "text": MessageKind("m.room.message", '{"msgtype":"m.text","body":"', _sentence()),
    "megolm": MessageKind("m.room.encrypted", _MEGOLM, _ciphertext()),
}
