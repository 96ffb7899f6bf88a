"""The ordered log: every durable change takes a position, in batches, durable before answered.

Source: docs/log.md
"""

from teahouse.kit.log.once import Once
from teahouse.kit.log.tx import Touched, WriteTx
from teahouse.kit.log.writer import LogWriter

__all__ = ["LogWriter", "Once", "Touched", "WriteTx"]
