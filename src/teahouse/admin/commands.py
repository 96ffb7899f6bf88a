"""The table of admin commands."""

from __future__ import annotations

from teahouse.admin.accounts import CREATE_USER, RESET_PASSWORD
from teahouse.admin.backup import BACKUP, RESTORE
from teahouse.admin.check import CHECK
from teahouse.admin.command import AdminCommand

COMMANDS: dict[str, AdminCommand] = {
    "backup": BACKUP,
    "check": CHECK,
    "create-user": CREATE_USER,
    "reset-password": RESET_PASSWORD,
    "restore": RESTORE,
}
