"""E-mail addresses as third-party IDs: appendices, "3PID Types".

Two spellings that fold to the same text are one address. Mail goes to the folded one only: what
was typed may fold to somebody's address and yet lead to another mailbox.
"""

from __future__ import annotations

import re
import unicodedata

from teahouse.protocol.errors import ProtocolError

MAX_BYTES = 254
MAX_LOCAL_BYTES = 64

# No quoted local parts, no comments, no address literals: nobody signs up with them, and each has
# fooled a mail server. One label is enough, for closed networks.
_ATOM = r"""[^\s@<>()\[\],;:\\"`|%!.]+"""
_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


class BadEmailAddress(ProtocolError):
    pass


def folded_email(given: str) -> str:
    """The address in the form in which it is kept, compared and written to.

    Errors: BadEmailAddress.
    """
    folded = given.casefold()
    local, at, domain = folded.rpartition("@")
    if not at or len(folded.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise BadEmailAddress("Not an e-mail address")
    if _LOCAL.fullmatch(local) is None or len(local.encode("utf-8", "replace")) > MAX_LOCAL_BYTES:
        raise BadEmailAddress("Not the name of a mailbox")
    if any(unicodedata.category(char)[0] in "CZ" for char in local):
        raise BadEmailAddress("The name of the mailbox has a character that can't be seen")
    ascii_domain(domain)
    return folded


def mailbox_of(folded: str) -> str:
    """The address for the envelope and the header: its domain as the mail system knows it."""
    local, _, domain = folded.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    """Errors: BadEmailAddress."""
    try:
        encoded = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadEmailAddress("Not the name of a mail server") from None
    if _DOMAIN.fullmatch(encoded) is None:
        raise BadEmailAddress("Not the name of a mail server")
    return encoded
