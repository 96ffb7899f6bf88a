"""The servers that can be measured."""

from bench.servers.server import Server, ServerFailed, ServerKind
from bench.servers.synapse import Synapse
from bench.servers.teahouse import Teahouse

KINDS: dict[str, ServerKind] = {kind.name: kind for kind in (Teahouse(), Synapse())}

__all__ = ["KINDS", "Server", "ServerFailed", "ServerKind"]
