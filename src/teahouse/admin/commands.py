"""The table of admin commands."""

from __future__ import annotations

from teahouse.admin.accounts import CREATE_USER, DEACTIVATE, RESET_PASSWORD
from teahouse.admin.backup import BACKUP, RESTORE
from teahouse.admin.check import CHECK
from teahouse.admin.command import AdminCommand
from teahouse.admin.export import EXPORT_USER
from teahouse.admin.history import PURGE_HISTORY
from teahouse.admin.invitations import REGISTRATION_TOKEN
from teahouse.admin.media import PURGE_MEDIA
from teahouse.admin.notices import SERVER_NOTICE

COMMANDS: dict[str, AdminCommand] = {
    "backup": BACKUP,
    "check": CHECK,
    "create-user": CREATE_USER,
    "deactivate": DEACTIVATE,
    "export-user": EXPORT_USER,
    "purge-history": PURGE_HISTORY,
    "purge-media": PURGE_MEDIA,
    "registration-token": REGISTRATION_TOKEN,
    "reset-password": RESET_PASSWORD,
    "restore": RESTORE,
    "server-notice": SERVER_NOTICE,
}
