"""Which account a typed name means. Names are folded to lowercase: Anna and anna are one person."""

from __future__ import annotations

from teahouse.protocol.identifiers import MAX_BYTES, is_new_localpart


def local_user_id(given: str, server_name: str) -> str | None:
    """`given` is a localpart or a whole user ID, in any case.

    None when no account of this server can have that name.
    """
    localpart, colon, server = given.removeprefix("@").partition(":")
    if colon and (given[:1] != "@" or server != server_name):
        return None
    user_id = f"@{localpart.lower()}:{server_name}"
    if not is_new_localpart(localpart.lower()) or len(user_id) > MAX_BYTES:
        return None
    return user_id
