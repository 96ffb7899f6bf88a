"""The packages that keep tables, in the order in which their migrations run."""

from __future__ import annotations

PACKAGES: dict[str, str] = {
    "log": "teahouse.kit.log",
    "outbox": "teahouse.kit.outbox",
    "server": "teahouse.homeserver.server",
    "accounts": "teahouse.homeserver.accounts",
    "threepids": "teahouse.homeserver.threepids",
    "policies": "teahouse.homeserver.policies",
    "tickets": "teahouse.homeserver.tickets",
    "accountdata": "teahouse.homeserver.accountdata",
    "devices": "teahouse.homeserver.devices",
    "keys": "teahouse.homeserver.keys",
    "media": "teahouse.homeserver.media",
    "rooms": "teahouse.homeserver.rooms",
    "push": "teahouse.homeserver.push",
    "receipts": "teahouse.homeserver.receipts",
    "search": "teahouse.homeserver.search",
    "delayed": "teahouse.homeserver.delayed",
    "reports": "teahouse.homeserver.reports",
    "sliding": "teahouse.homeserver.sliding",
    "notices": "teahouse.homeserver.notices",
    "appservices": "teahouse.homeserver.appservices",
}
"""Name of the package's migration branch, and its module. Each has `tables` and `migrations`."""
