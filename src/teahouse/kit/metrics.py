"""What is counted. Names are explained in docs/operate.md."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector


class RequestCounter(Collector):
    """Counts on the event loop only, and so without the lock that a Counter takes each time."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def count(self, operation: str) -> None:
        self._counts[operation] = self._counts.get(operation, 0) + 1

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily(
            "teahouse_requests", "Requests received, by operation", labels=["operation"]
        )
        for operation, count in self._counts.items():
            family.add_metric([operation], count)
        return [family]


REQUESTS = RequestCounter()
REGISTRY.register(REQUESTS)
COMMITS = Counter("teahouse_log_commits", "Transactions committed by the log's writer")
CHANGES = Counter("teahouse_log_changes", "Changes committed by the log's writer")
COMMIT_SECONDS = Histogram(
    "teahouse_log_commit_seconds",
    "Time from the start of a batch to its commit being durable",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0),
)
BATCH_CHANGES = Histogram(
    "teahouse_log_batch_changes",
    "Changes that a commit carried",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
WAITING_CHANGES = Gauge("teahouse_log_waiting_changes", "Changes that wait for the log's writer")
CONNECTIONS = Gauge("teahouse_open_connections", "Connections of clients and proxies")
HEAD = Gauge("teahouse_log_head", "Newest position of the log")
WAITING_SYNCS = Gauge("teahouse_waiting_syncs", "Sync requests that wait for news")
LIMITED = Counter("teahouse_limited_requests", "Requests refused by a rate limit", ["limit"])
DEVICE_MESSAGES_DROPPED = Counter(
    "teahouse_device_messages_dropped", "Messages to devices whose inbox was full"
)
OUTBOX_SENT = Counter("teahouse_outbox_sent", "Items of the outbox that were sent", ["kind"])
OUTBOX_FAILED = Counter("teahouse_outbox_failed", "Attempts to send that failed", ["kind"])
OUTBOX_DROPPED = Counter(
    "teahouse_outbox_dropped", "Items left out because a queue that fails was too long", ["kind"]
)
OUTBOX_DEAD = Counter("teahouse_outbox_dead", "Queues that were given up", ["kind"])
OUTBOX_WAITING = Gauge("teahouse_outbox_waiting", "Items that wait to be sent", ["kind"])
OUTBOX_SENDING = Gauge("teahouse_outbox_sending", "Queues that are being sent from")
APPSERVICE_SENT = Counter(
    "teahouse_appservice_sent", "Transactions taken by application services", ["service"]
)
APPSERVICE_FAILED = Counter(
    "teahouse_appservice_failed", "Attempts to reach application services that failed", ["service"]
)

__all__ = [
    "APPSERVICE_FAILED",
    "APPSERVICE_SENT",
    "BATCH_CHANGES",
    "CHANGES",
    "COMMITS",
    "COMMIT_SECONDS",
    "CONNECTIONS",
    "CONTENT_TYPE_LATEST",
    "DEVICE_MESSAGES_DROPPED",
    "HEAD",
    "LIMITED",
    "OUTBOX_DEAD",
    "OUTBOX_DROPPED",
    "OUTBOX_FAILED",
    "OUTBOX_SENDING",
    "OUTBOX_SENT",
    "OUTBOX_WAITING",
    "REQUESTS",
    "WAITING_CHANGES",
    "WAITING_SYNCS",
    "generate_latest",
]
