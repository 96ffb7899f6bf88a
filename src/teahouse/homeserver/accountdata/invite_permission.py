"""Whose invitations a person takes: what is stored of it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from teahouse.homeserver.accountdata import store
from teahouse.homeserver.accountdata.scope import GLOBAL
from teahouse.kit.database import ReadTx
from teahouse.protocol import invite_permission
from teahouse.protocol.invite_permission import Answer, InvitePermission

AlwaysHeard = Callable[[ReadTx], Collection[str]]
"""Whom nobody can shut out: accounts by which the server itself speaks."""


class InvitePermissions:
    def __init__(self) -> None:
        self.always_heard: AlwaysHeard = lambda _tx: ()

    def blocks(self, tx: ReadTx, user_id: str, inviter: str) -> bool:
        """Whether the inviter is told that the person takes none of theirs."""
        return self._answer(tx, user_id, inviter) == "block"

    def hides(self, tx: ReadTx, user_id: str, inviter: str) -> bool:
        """Whether the person is not told of an invitation that is there."""
        return self._answer(tx, user_id, inviter) != "allow"

    def _answer(self, tx: ReadTx, user_id: str, inviter: str) -> Answer:
        answer = _permission(tx, user_id).of(inviter)
        return "allow" if answer != "allow" and inviter in self.always_heard(tx) else answer


def _permission(tx: ReadTx, user_id: str) -> InvitePermission:
    return tx.remembered(("invite permission", user_id), lambda: _read(tx, user_id))


def _read(tx: ReadTx, user_id: str) -> InvitePermission:
    return invite_permission.parse(
        store.content(tx, user_id, GLOBAL, invite_permission.TYPE),
        store.content(tx, user_id, GLOBAL, invite_permission.BY_NAME_TYPE),
    )
