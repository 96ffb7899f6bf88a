"""`teahouse admin`: commands of the machine's owner."""

from teahouse.admin.command import AdminCommand
from teahouse.admin.commands import COMMANDS

__all__ = ["COMMANDS", "AdminCommand"]
