"""What a membership event says of its person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from teahouse.kit.database import ReadTx

VIA = "join_authorised_via_users_server"


class Profile(Protocol):
    @property
    def displayname(self) -> str | None: ...
    @property
    def avatar_url(self) -> str | None: ...


class Profiles(Protocol):
    def get(self, tx: ReadTx, user_id: str) -> Profile | None: ...


class MemberContents:
    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles

    def join(self, tx: ReadTx, user_id: str, **more: Any) -> dict[str, Any]:
        return self._content(tx, user_id, "join", more)

    def knock(self, tx: ReadTx, user_id: str, **more: Any) -> dict[str, Any]:
        return self._content(tx, user_id, "knock", more)

    def invite(
        self, tx: ReadTx, user_id: str, *, is_direct: bool = False, **more: Any
    ) -> dict[str, Any]:
        if is_direct:
            more["is_direct"] = True
        return self._content(tx, user_id, "invite", more)

    def _content(
        self, tx: ReadTx, user_id: str, membership: str, more: dict[str, Any]
    ) -> dict[str, Any]:
        profile = self._profiles.get(tx, user_id)
        content: dict[str, Any] = {"membership": membership}
        if profile is not None and profile.displayname is not None:
            content["displayname"] = profile.displayname
        if profile is not None and profile.avatar_url is not None:
            content["avatar_url"] = profile.avatar_url
        return content | {key: value for key, value in more.items() if value is not None}


def without_voucher(content: Mapping[str, Any]) -> dict[str, Any]:
    """As a client may say it: who vouches for a person, only the server says."""
    return {key: value for key, value in content.items() if key != VIA}
