"""The packages that keep tables, in the order in which their migrations run."""

from __future__ import annotations

PACKAGES: dict[str, str] = {
    "log": "teahouse.kit.log",
    "server": "teahouse.homeserver.server",
    "accounts": "teahouse.homeserver.accounts",
    "devices": "teahouse.homeserver.devices",
    "media": "teahouse.homeserver.media",
}
"""Name of the package's migration branch, and its module. Each has `tables` and `migrations`."""
