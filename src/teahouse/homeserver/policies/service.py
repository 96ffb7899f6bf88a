"""Accepting the documents is a stage of signing up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from teahouse.homeserver.accounts.registration import OnCreated
from teahouse.homeserver.accounts.uia import AuthData, Stage
from teahouse.homeserver.policies.documents import Document, params_of, read_documents
from teahouse.homeserver.policies.form import DocumentsForm
from teahouse.homeserver.policies.tables import accepted_policy
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import insert_if_absent


class Policies:
    def __init__(self, file: Path | None) -> None:
        """Errors: RuntimeError that says what is wrong with the file."""
        self._documents: Sequence[Document] = read_documents(file) if file is not None else []

    @property
    def sign_up(self) -> Stage | None:
        """None when there is nothing to accept."""
        if not self._documents:
            return None
        form = DocumentsForm(self._documents)
        return Stage(self._accepted, params_of(self._documents), form)

    async def _accepted(self, _auth: AuthData) -> OnCreated:
        """Naming the stage is accepting: the client has shown the documents."""
        return self._keep

    def _keep(self, tx: WriteTx, user_id: str) -> None:
        for document in self._documents:
            insert_if_absent(
                tx,
                accepted_policy,
                shard=shard_of(user_id),
                user_id=user_id,
                policy=document.policy,
                version=document.version,
                accepted_at_ms=tx.now_ms,
            )
