"""Whose invitations a person takes: what is stored of it."""

from __future__ import annotations

from teahouse.homeserver.accountdata import store
from teahouse.homeserver.accountdata.scope import GLOBAL
from teahouse.kit.database import ReadTx
from teahouse.protocol import invite_permission
from teahouse.protocol.invite_permission import InvitePermission


def blocks_invite(tx: ReadTx, user_id: str, inviter: str) -> bool:
    """Whether the inviter is told that the person takes none of theirs."""
    return _permission(tx, user_id).of(inviter) == "block"


def hides_invite(tx: ReadTx, user_id: str, inviter: str) -> bool:
    """Whether the person is not told of an invitation that is there."""
    return _permission(tx, user_id).of(inviter) != "allow"


def _permission(tx: ReadTx, user_id: str) -> InvitePermission:
    return tx.remembered(("invite permission", user_id), lambda: _read(tx, user_id))


def _read(tx: ReadTx, user_id: str) -> InvitePermission:
    return invite_permission.parse(
        store.content(tx, user_id, GLOBAL, invite_permission.TYPE),
        store.content(tx, user_id, GLOBAL, invite_permission.BY_NAME_TYPE),
    )
