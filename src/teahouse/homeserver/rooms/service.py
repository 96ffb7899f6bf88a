"""Rooms, put together."""

from __future__ import annotations

from teahouse.config import Config
from teahouse.homeserver.rooms.members.member_content import MemberContents, Profiles
from teahouse.homeserver.rooms.members.membership import Memberships
from teahouse.homeserver.rooms.members.rounds import Rounds
from teahouse.homeserver.rooms.outside.addresses import Addresses
from teahouse.homeserver.rooms.outside.bridges import Bridges
from teahouse.homeserver.rooms.upgrading.succession import Succession
from teahouse.homeserver.rooms.upgrading.upgrade import RoomUpgrades
from teahouse.homeserver.rooms.writing.admission import Admission
from teahouse.homeserver.rooms.writing.append import Appender, Counting
from teahouse.homeserver.rooms.writing.creation import RoomCreation
from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.homeserver.rooms.writing.sending import Sending
from teahouse.kit.log import LogWriter
from teahouse.kit.randomness import Randomness


class Rooms:
    def __init__(
        self,
        config: Config,
        log: LogWriter,
        randomness: Randomness,
        profiles: Profiles,
        counting: Counting,
        admission: Admission,
    ) -> None:
        self.memory = RoomMemory()
        log.forget_with(self.memory.clear)
        appender = Appender(self.memory, counting, admission)
        contents = MemberContents(profiles)
        self.succession = Succession(self.memory)
        self.memberships = Memberships(self.memory, appender, contents, self.succession)
        self.rounds = Rounds(log, self.memory, appender, contents)
        self.sending = Sending(self.memory, appender, admission, self.memberships)
        self.sending.after_tombstone.append(self.succession.buried)
        self.bridges = Bridges()
        self.addresses = Addresses(self.memory, appender, config.server_name, self.bridges)
        self.creation = RoomCreation(
            self.memory,
            appender,
            contents,
            randomness,
            server_name=config.server_name,
            default_version=config.default_room_version,
        )
        self.upgrades = RoomUpgrades(
            self.memory, appender, contents, self.creation, self.succession
        )
