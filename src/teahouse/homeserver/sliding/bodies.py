"""The bodies of requests, in either shape; what is in them beyond this is passed over.

Source: MSC4186, "Request Body"
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from teahouse.kit.http.shapes import Count

Text = Annotated[str, msgspec.Meta(max_length=255, pattern=r"^[^\x00]*\Z")]
Texts = Annotated[tuple[Text, ...], msgspec.Meta(max_length=1000)]
Types = Annotated[tuple[Text | None, ...], msgspec.Meta(max_length=1000)]
Range = tuple[Count, Count]


class Extension(msgspec.Struct, frozen=True):
    enabled: bool = False
    lists: Texts | None = None
    rooms: Texts | None = None
    since: Text | None = None
    limit: Count | None = None


class Extensions(msgspec.Struct, frozen=True):
    """Others are passed over."""

    to_device: Extension = Extension()
    e2ee: Extension = Extension()
    account_data: Extension = Extension()
    receipts: Extension = Extension()
    typing: Extension = Extension()


# what is asked by the unstable name

UnstableState = Annotated[tuple[tuple[Text, Text], ...], msgspec.Meta(max_length=500)]


class UnstableFilters(msgspec.Struct, frozen=True):
    is_dm: bool | None = None
    spaces: Texts | None = None
    is_encrypted: bool | None = None
    is_invite: bool | None = None
    room_types: Types | None = None
    not_room_types: Types | None = None
    tags: Texts | None = None
    not_tags: Texts | None = None


class UnstableRoom(msgspec.Struct, frozen=True):
    timeline_limit: Count = 10
    required_state: UnstableState = ()


class UnstableList(msgspec.Struct, frozen=True):
    timeline_limit: Count = 10
    required_state: UnstableState = ()
    ranges: Annotated[tuple[Range, ...], msgspec.Meta(max_length=100)] | None = None
    filters: UnstableFilters | None = None


class UnstableBody(msgspec.Struct, frozen=True):
    conn_id: Text = ""
    lists: Annotated[dict[Text, UnstableList], msgspec.Meta(max_length=100)] = {}
    room_subscriptions: Annotated[dict[Text, UnstableRoom], msgspec.Meta(max_length=1000)] = {}
    extensions: Extensions = Extensions()


# what is asked by the stable name


class StableEntry(msgspec.Struct, frozen=True):
    type: Text | None = None
    state_key: Text | None = None


StableEntries = Annotated[tuple[StableEntry, ...], msgspec.Meta(max_length=500)]


class StableState(msgspec.Struct, frozen=True):
    include: StableEntries = ()
    exclude: StableEntries = ()
    lazy_members: bool = False


class StableFilters(msgspec.Struct, frozen=True):
    is_dm: bool | None = None
    spaces: Texts | None = None
    is_encrypted: bool | None = None
    is_invited: bool | None = None
    room_types: Types | None = None
    not_room_types: Types | None = None
    tags: Texts | None = None
    not_tags: Texts | None = None


class StableRoom(msgspec.Struct, frozen=True):
    timeline_limit: Count
    required_state: StableState


class StableList(msgspec.Struct, frozen=True):
    timeline_limit: Count
    required_state: StableState
    range: Range | None = None
    filters: StableFilters | None = None


class StableBody(msgspec.Struct, frozen=True):
    conn_id: Text = ""
    pos: Text | None = None
    timeout: Count = 0
    set_presence: Text | None = None
    lists: dict[Text, StableList] = {}
    room_subscriptions: dict[Text, StableRoom] = {}
    extensions: Extensions = Extensions()
