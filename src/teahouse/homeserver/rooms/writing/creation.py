"""Creating a room: its first events, in the order that the specification gives.

Source: client-server API, POST /createRoom
"""

from __future__ import annotations

from typing import Any

import msgspec

from teahouse.homeserver.rooms.members.member_content import MemberContents, without_voucher
from teahouse.homeserver.rooms.members.membership import check_joined_rooms
from teahouse.homeserver.rooms.outside import aliases
from teahouse.homeserver.rooms.tables import room as room_table
from teahouse.homeserver.rooms.writing import canonical_alias
from teahouse.homeserver.rooms.writing.admission import MEMBER
from teahouse.homeserver.rooms.writing.append import Appender, WrongEvent
from teahouse.homeserver.rooms.writing.canonical_alias import CANONICAL_ALIAS
from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.homeserver.rooms.writing.presets import Preset, default_power_levels, preset_of
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.errors import Refused, invalid_param
from teahouse.kit.log import WriteTx
from teahouse.kit.randomness import Randomness
from teahouse.kit.shards import shard_of
from teahouse.protocol import events, identifiers
from teahouse.protocol.canonical_json import BadJson
from teahouse.protocol.events import Draft
from teahouse.protocol.room_versions import ROOM_VERSIONS, RoomVersion

MAX_INVITES = 500
MAX_INITIAL_STATE = 500
"""One change of the log makes the whole room: everybody else waits for it."""


class StateEvent(msgspec.Struct):
    type: str
    content: dict[str, Any]
    state_key: str = ""


class CreateRoom(msgspec.Struct):
    """The request's body."""

    preset: str | None = None
    visibility: str = "private"
    room_alias_name: str | None = None
    name: str | None = None
    topic: str | None = None
    invite: list[str] = msgspec.field(default_factory=list)
    invite_3pid: list[dict[str, Any]] = msgspec.field(default_factory=list)
    room_version: str | None = None
    creation_content: dict[str, Any] = msgspec.field(default_factory=dict)
    initial_state: list[StateEvent] = msgspec.field(default_factory=list)
    is_direct: bool = False
    power_level_content_override: dict[str, Any] = msgspec.field(default_factory=dict)


class RoomCreation:
    def __init__(
        self,
        memory: RoomMemory,
        appender: Appender,
        members: MemberContents,
        randomness: Randomness,
        *,
        server_name: str,
        default_version: str,
    ) -> None:
        self._memory = memory
        self._appender = appender
        self._members = members
        self._randomness = randomness
        self._server_name = server_name
        self._default_version = default_version

    def create_own(self, tx: WriteTx, creator: str, wanted: CreateRoom) -> str:
        """As `create`, for a person: also M_TOO_LARGE, for who is in too many rooms."""
        check_joined_rooms(tx, creator)
        return self.create(tx, creator, wanted)

    def create(self, tx: WriteTx, creator: str, wanted: CreateRoom) -> str:
        """The new room's id.

        Errors: M_UNSUPPORTED_ROOM_VERSION, M_ROOM_IN_USE, M_INVALID_ROOM_STATE, M_INVALID_PARAM,
        M_BAD_ALIAS.
        """
        version = ROOM_VERSIONS.get(wanted.room_version or self._default_version)
        if version is None:
            raise Refused("M_UNSUPPORTED_ROOM_VERSION", "This room version is not known")
        preset = preset_of(wanted.preset, wanted.visibility)
        check(wanted)
        try:
            return self._create(tx, creator, wanted, version, preset)
        except Refused as error:
            if error.errcode == "M_FORBIDDEN" or isinstance(error, WrongEvent):
                raise Refused("M_INVALID_ROOM_STATE", error.message) from None
            raise
        except (events.BadEvent, BadJson) as error:
            raise Refused("M_BAD_JSON", str(error)) from None

    def _create(
        self, tx: WriteTx, creator: str, wanted: CreateRoom, version: RoomVersion, preset: Preset
    ) -> str:
        content = self._creation_content(creator, wanted, version, preset)
        published = wanted.visibility == "public"
        room = self.begin(tx, creator, version, content, published=published)
        self._send(tx, room, creator, "m.room.member", self._members.join(tx, creator), creator)
        levels = self._power_levels(creator, wanted, version, preset, content)
        self._send(tx, room, creator, "m.room.power_levels", levels)
        if wanted.room_alias_name is not None:
            alias = self.alias(wanted.room_alias_name)
            aliases.add(tx, alias, room.room_id, creator)
            self._send(tx, room, creator, CANONICAL_ALIAS, {"alias": alias})
        for state in self._settings(wanted, preset):
            if state.type == CANONICAL_ALIAS:
                canonical_alias.check(tx, room, state.content)
            content = without_voucher(state.content) if state.type == MEMBER else state.content
            self._send(tx, room, creator, state.type, content, state.state_key)
        for user_id in dict.fromkeys(wanted.invite):
            if user_id != creator:
                invited = self._members.invite(tx, user_id, is_direct=wanted.is_direct)
                self._send(tx, room, creator, "m.room.member", invited, user_id)
        return room.room_id

    def begin(
        self,
        tx: WriteTx,
        creator: str,
        version: RoomVersion,
        content: dict[str, Any],
        *,
        published: bool,
        room_id: str | None = None,
    ) -> Room:
        """The room with its create event alone, which in newer versions gives it its id."""
        room_id = room_id or self.new_room_id(version)
        draft = Draft(room_id, "m.room.create", creator, content, "", tx.now_ms)
        room = Room(room_id or "", version)
        created = self._appender.found(tx, room, draft)
        self._memory.add(room)
        tx.insert(
            room_table,
            shard=shard_of(room.room_id),
            room_id=room.room_id,
            version=version.version,
            creator=creator,
            created_pos=created.pos,
            published=published,
        )
        return room

    def alias(self, localpart: str) -> str:
        return f"#{localpart}:{self._server_name}"

    def new_room_id(self, version: RoomVersion) -> str | None:
        """None where the create event gives it."""
        if version.room_id_is_create_hash:
            return None
        return f"!{self._randomness.string(18)}:{self._server_name}"

    def _creation_content(
        self, creator: str, wanted: CreateRoom, version: RoomVersion, preset: Preset
    ) -> dict[str, Any]:
        content = {**wanted.creation_content, "room_version": version.version}
        content.pop("creator", None)
        if version.creator_in_content:
            content["creator"] = creator
        if version.creators_above_all and preset.invited_are_equal and wanted.invite:
            named = content.get("additional_creators", [])
            if not isinstance(named, list):
                raise invalid_param("additional_creators must be a list")
            content["additional_creators"] = list(dict.fromkeys([*named, *wanted.invite]))
        return content

    def _power_levels(
        self,
        creator: str,
        wanted: CreateRoom,
        version: RoomVersion,
        preset: Preset,
        creation_content: dict[str, Any],
    ) -> dict[str, Any]:
        levels = default_power_levels(version)
        if not version.creators_above_all:
            equals = wanted.invite if preset.invited_are_equal else []
            levels["users"] = dict.fromkeys([creator, *equals], 100)
        return levels | wanted.power_level_content_override

    def _settings(self, wanted: CreateRoom, preset: Preset) -> list[StateEvent]:
        """State after the power levels; what is asked for by type replaces the preset's."""
        asked = {(state.type, state.state_key) for state in wanted.initial_state}
        states = [
            StateEvent(type, content)
            for type, content in preset.state.items()
            if (type, "") not in asked
        ]
        states += wanted.initial_state
        if wanted.name is not None:
            states.append(StateEvent("m.room.name", {"name": wanted.name}))
        if wanted.topic is not None:
            rich = {"m.text": [{"body": wanted.topic}]}
            states.append(StateEvent("m.room.topic", {"topic": wanted.topic, "m.topic": rich}))
        return states

    def _send(
        self,
        tx: WriteTx,
        room: Room,
        creator: str,
        type: str,
        content: dict[str, Any],
        state_key: str = "",
    ) -> None:
        draft = Draft(room.room_id, type, creator, content, state_key, tx.now_ms)
        self._appender.append(tx, room, draft)


def check(wanted: CreateRoom) -> None:
    if wanted.visibility not in ("public", "private"):
        raise invalid_param("visibility must be public or private")
    if wanted.invite_3pid:
        raise Refused("M_THREEPID_DENIED", "This server asks no identity server")
    if len(wanted.invite) > MAX_INVITES:
        raise invalid_param(f"At most {MAX_INVITES} people can be invited at once")
    if len(wanted.initial_state) > MAX_INITIAL_STATE:
        raise invalid_param(f"A room begins with at most {MAX_INITIAL_STATE} pieces of state")
    for user_id in wanted.invite:
        if not identifiers.is_user_id(user_id):
            raise invalid_param("invite must be a list of user IDs")
