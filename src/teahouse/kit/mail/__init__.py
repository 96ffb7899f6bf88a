"""E-mail: put into the outbox with the change that causes it, then handed to an SMTP server."""

from teahouse.kit.mail.letter import Letter, put_letter
from teahouse.kit.mail.mailer import Mailer
from teahouse.kit.mail.settings import MailSettings

__all__ = ["Letter", "MailSettings", "Mailer", "put_letter"]
