"""What is counted. Names are explained in docs/operate.md."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

REQUESTS = Counter("teahouse_requests", "Requests received, by operation", ["operation"])
COMMITS = Counter("teahouse_log_commits", "Transactions committed by the log's writer")
CHANGES = Counter("teahouse_log_changes", "Changes committed by the log's writer")
COMMIT_SECONDS = Histogram(
    "teahouse_log_commit_seconds",
    "Time from the start of a batch to its commit being durable",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0),
)
HEAD = Gauge("teahouse_log_head", "Newest position of the log")
WAITING_SYNCS = Gauge("teahouse_waiting_syncs", "Sync requests that wait for news")
LIMITED = Counter("teahouse_limited_requests", "Requests refused by a rate limit", ["limit"])
DEVICE_MESSAGES_DROPPED = Counter(
    "teahouse_device_messages_dropped", "Messages to devices whose inbox was full"
)

__all__ = [
    "CHANGES",
    "COMMITS",
    "COMMIT_SECONDS",
    "CONTENT_TYPE_LATEST",
    "DEVICE_MESSAGES_DROPPED",
    "HEAD",
    "LIMITED",
    "REQUESTS",
    "WAITING_SYNCS",
    "generate_latest",
]
