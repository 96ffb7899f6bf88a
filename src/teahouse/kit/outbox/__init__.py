"""What leaves the machine: written with the change that causes it, sent afterwards by a worker."""

from teahouse.kit.outbox.item import Item, key_of
from teahouse.kit.outbox.owner import NotSent, Owner, Policy
from teahouse.kit.outbox.put import drop, put
from teahouse.kit.outbox.store import waiting_by_kind
from teahouse.kit.outbox.worker import Outbox

__all__ = [
    "Item",
    "NotSent",
    "Outbox",
    "Owner",
    "Policy",
    "drop",
    "key_of",
    "put",
    "waiting_by_kind",
]
