"""E-mail addresses: which are one, which are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.protocol.email_addresses import (
    MAX_BYTES,
    BadEmailAddress,
    folded_email,
    mailbox_of,
)

FOLDED = [
    ("dora@mail.example", "dora@mail.example", "dora@mail.example"),
    # The specification's own example.
    ("Strauß@Example.com", "strauss@example.com", "strauss@example.com"),
    ("STRAUSS@EXAMPLE.COM", "strauss@example.com", "strauss@example.com"),
    ("o'Brien+tea_1=x@a-b.example", "o'brien+tea_1=x@a-b.example", "o'brien+tea_1=x@a-b.example"),
    ("root@localhost", "root@localhost", "root@localhost"),
    ("王@例子.中国", "王@例子.中国", "王@xn--fsqu00a.xn--fiqs8s"),
    ("x@BÜCHER.example", "x@bücher.example", "x@xn--bcher-kva.example"),
    ("x" * 64 + "@mail.example", "x" * 64 + "@mail.example", "x" * 64 + "@mail.example"),
]

REFUSED = [
    "",
    "@",
    "dora",
    "@mail.example",
    "dora@",
    "do ra@mail.example",
    " dora@mail.example",
    "dora@mail.example ",
    "dora@mail.example\n",
    "dora@mail.example\r\nBcc: eve@mail.example",
    "dora@eve@mail.example",
    "dora@mail..example",
    ".dora@mail.example",
    "dora.@mail.example",
    "do..ra@mail.example",
    "dora@-mail.example",
    "dora@mail_1.example",
    "dora@[127.0.0.1]",
    '"dora"@mail.example',
    "dora%mail.example@relay.example",
    "dora!relay@mail.example",
    "|command@mail.example",
    "<dora@mail.example>",
    "dora,eve@mail.example",
    "do\0ra@mail.example",
    "do\u200bra@mail.example",
    "do\u202era@mail.example",
    "\ud800@mail.example",
    "dora@\ud800.example",
    "x" * 65 + "@mail.example",
    "x@" + "y" * 64 + ".example",
    "x@" + ".".join(["y" * 60] * 5),
    "x@" + "y" * 100_000,
]


@pytest.mark.parametrize(("given_", "folded", "mailbox"), FOLDED)
def test_spellings_of_one_address_fold_to_it(given_: str, folded: str, mailbox: str) -> None:
    assert folded_email(given_) == folded
    assert mailbox_of(folded) == mailbox


@pytest.mark.parametrize("given_", REFUSED, ids=range(len(REFUSED)))
def test_what_can_not_be_written_to_is_refused(given_: str) -> None:
    with pytest.raises(BadEmailAddress):
        folded_email(given_)


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_taken_is_one_line_in_bounds_and_folds_to_itself(local: str, host: str) -> None:
    try:
        folded = folded_email(f"{local}@{host}")
    except BadEmailAddress:
        return
    assert folded_email(folded) == folded == folded.casefold()
    mailbox = mailbox_of(folded)
    assert mailbox.count("@") == 1
    assert mailbox.rpartition("@")[2].isascii()
    assert len(folded.encode()) <= MAX_BYTES
    assert not any(char.isspace() or char in '<>"\0' for char in mailbox)
