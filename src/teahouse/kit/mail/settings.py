"""How mail leaves, read from the settings; what can't work is refused at the start."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr

from teahouse.config import Config

TLS = ("starttls", "tls", "none")
_MAILBOX = re.compile(r"[0-9A-Za-z.+=_\-]+@[0-9A-Za-z.\-]+")


@dataclass(frozen=True, slots=True)
class MailSettings:
    host: str
    port: int
    user: str
    password: str
    tls: str
    sender_name: str
    sender: str
    """A mailbox."""

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]

    @staticmethod
    def of(config: Config) -> MailSettings | None:
        """None when no SMTP server is set. Errors: RuntimeError in words for the operator."""
        if not config.smtp_host:
            return None
        if config.smtp_tls not in TLS:
            raise RuntimeError(f"smtp_tls must be one of {', '.join(TLS)}")
        if bool(config.smtp_user) != bool(config.smtp_password):
            raise RuntimeError("smtp_user and smtp_password go together")
        return MailSettings(
            config.smtp_host,
            config.smtp_port,
            config.smtp_user,
            config.smtp_password,
            config.smtp_tls,
            *_address(config.mail_from),
        )


def _address(given: str) -> tuple[str, str]:
    """Name and mailbox of `Name <mailbox@host>`, or of the mailbox alone."""
    name, mailbox = parseaddr(given)
    if _MAILBOX.fullmatch(mailbox) is None:
        raise RuntimeError("smtp_host needs mail_from, the address that mail comes from")
    return name, mailbox
