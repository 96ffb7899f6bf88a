"""Whether a person may speak now: for what is done in their name later than they asked for it."""

from __future__ import annotations

from teahouse.homeserver.accounts import store
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused, locked, suspended


def check_standing(tx: ReadTx, user_id: str) -> None:
    """Errors: M_USER_LOCKED, M_USER_SUSPENDED, M_USER_DEACTIVATED."""
    account = store.get(tx, user_id)
    if account is None or account.is_deactivated:
        raise Refused("M_USER_DEACTIVATED", "This account is not in use any more")
    if account.is_locked:
        raise locked()
    if account.is_suspended:
        raise suspended()


def locked_accounts(tx: ReadTx) -> list[str]:
    return store.locked(tx)


def may_speak(tx: ReadTx, user_id: str) -> bool:
    try:
        check_standing(tx, user_id)
    except Refused:
        return False
    return True


def is_closed(tx: ReadTx, user_id: str) -> bool:
    """Whether nobody may do anything with the account: it is locked, or not in use any more."""
    account = store.get(tx, user_id)
    return account is None or account.is_deactivated or account.is_locked
