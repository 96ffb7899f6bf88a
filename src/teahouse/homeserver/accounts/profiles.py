"""What a user shows of themselves: a name, a picture, and fields of their own choosing.

Source: client-server API, "Profiles"
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from teahouse.homeserver.accounts import profile_store, store
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, bad_json, forbidden, invalid_param, not_found
from teahouse.kit.http import Requester
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.protocol.identifiers import is_namespaced

NAME, PICTURE = "displayname", "avatar_url"
MAX_BYTES = 64 * 1024
MAX_KEY_BYTES = 255
MAX_NAME_CHARS = 256
MAX_PICTURE_CHARS = 1000

OnChanged = Callable[[WriteTx, str], None]
"""(tx, user_id): the name or the picture is another now; in the same transaction."""


@dataclass(frozen=True, slots=True)
class Profile:
    fields: dict[str, Any]

    @property
    def displayname(self) -> str | None:
        return self.fields.get(NAME)

    @property
    def avatar_url(self) -> str | None:
        return self.fields.get(PICTURE)


class Profiles:
    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._log = log
        self.followers: list[OnChanged] = []
        self.ask_for: Callable[[Requester, str], Awaitable[bool]] | None = None
        """Whether an application service has made this user now, who was not here."""

    def get(self, tx: ReadTx, user_id: str) -> Profile:
        """Empty when the user shows nothing or is not here."""
        return Profile(profile_store.fields(tx, user_id))

    def whom_fits(self, tx: ReadTx, term: str, limit: int) -> list[str]:
        """Whose user ID or display name has `term` in it: for who then asks who may see them."""
        return profile_store.whom_fits(tx, term, limit)

    async def shown(self, viewer: Requester, user_id: str) -> Profile:
        """Errors: M_NOT_FOUND when there is no such account."""
        try:
            return await self._database.read(self._shown, user_id)
        except Refused:
            if self.ask_for is None or not await self.ask_for(viewer, user_id):
                raise
            return await self._database.read(self._shown, user_id)

    def _shown(self, tx: ReadTx, user_id: str) -> Profile:
        account = store.get(tx, user_id)
        if account is None or account.is_deactivated:
            raise not_found("There is no such user")
        return self.get(tx, user_id)

    async def set_field(self, viewer: str, user_id: str, key: str, value: Any) -> None:
        """Errors: M_FORBIDDEN for another's; M_INVALID_PARAM, M_KEY_TOO_LARGE for the key;
        M_BAD_JSON, M_PROFILE_TOO_LARGE for the value.
        """
        check_own(viewer, user_id)
        check_key(key)
        check_value(key, value)
        await self._log.submit(partial(self._change, user_id, key, value))

    async def delete_field(self, viewer: str, user_id: str, key: str) -> None:
        """Errors: as `set_field`."""
        check_own(viewer, user_id)
        check_key(key)
        await self._log.submit(partial(self._change, user_id, key, msgspec.UNSET))

    def _change(self, user_id: str, key: str, value: Any, tx: WriteTx) -> None:
        fields = profile_store.fields(tx, user_id)
        if fields.get(key, msgspec.UNSET) == value:
            return
        if value is msgspec.UNSET:
            del fields[key]
        else:
            fields[key] = value
        encoded = msgspec.json.encode(fields)
        if len(encoded) > MAX_BYTES:
            raise Refused("M_PROFILE_TOO_LARGE", "A profile has at most 64 KiB")
        name = fields.get(NAME)
        profile_store.put(tx, user_id, encoded, name if isinstance(name, str) else None)
        if key in (NAME, PICTURE):
            for follower in self.followers:
                follower(tx, user_id)

    def delete(self, tx: WriteTx, user_id: str) -> None:
        profile_store.delete(tx, user_id)


def check_own(viewer: str, user_id: str) -> None:
    if viewer != user_id:
        raise forbidden("This is another user's profile")


def check_key(key: str) -> None:
    if len(key.encode()) > MAX_KEY_BYTES:
        raise Refused("M_KEY_TOO_LARGE", "A field's name has at most 255 bytes")
    if not is_namespaced(key):
        raise invalid_param("This can't be a field's name")


def check_value(key: str, value: Any) -> None:
    limits = {NAME: MAX_NAME_CHARS, PICTURE: MAX_PICTURE_CHARS, "m.tz": 100}
    if key not in limits:
        return
    if not isinstance(value, str):
        raise bad_json(f"{key} must be a string")
    if len(value) > limits[key]:
        raise invalid_param(f"{key} has at most {limits[key]} characters")
