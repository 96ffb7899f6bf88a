"""The only place that wires everything, as an explicit list."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from random import SystemRandom
from typing import Any

from teahouse import __version__
from teahouse.config import Config
from teahouse.homeserver.accountdata.api import AccountDataApi
from teahouse.homeserver.accountdata.filters import Filters
from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.accountdata.succession import AccountDataSuccession
from teahouse.homeserver.accountdata.tags import Tags
from teahouse.homeserver.accounts.account_api import AccountApi
from teahouse.homeserver.accounts.fallback_api import FallbackApi
from teahouse.homeserver.accounts.guest_sweep import GuestSweep
from teahouse.homeserver.accounts.guests import guests_among
from teahouse.homeserver.accounts.login_api import LoginApi
from teahouse.homeserver.accounts.moderation_api import ModerationApi
from teahouse.homeserver.accounts.pictures_in_use import pictures_in_use as pictures_of_people
from teahouse.homeserver.accounts.profile_api import ProfileApi
from teahouse.homeserver.accounts.registration_api import RegistrationApi
from teahouse.homeserver.accounts.service import Accounts
from teahouse.homeserver.accounts.shared_secret_api import SharedSecretApi
from teahouse.homeserver.accounts.sign_up import SignUp
from teahouse.homeserver.accounts.standing import check_standing, locked_accounts
from teahouse.homeserver.administration.media_api import MediaAdminApi
from teahouse.homeserver.administration.notices_api import NoticesAdminApi
from teahouse.homeserver.administration.people_api import PeopleAdminApi
from teahouse.homeserver.administration.rooms_api import RoomsAdminApi
from teahouse.homeserver.appservices.service import AppServices, registry_of
from teahouse.homeserver.calls.api import CallsApi
from teahouse.homeserver.calls.transports import RtcTransportsApi
from teahouse.homeserver.delayed.api import DelayedEventsApi
from teahouse.homeserver.delayed.rules import capabilities as delay_capabilities
from teahouse.homeserver.delayed.sender import DelayedSender
from teahouse.homeserver.delayed.service import Delays
from teahouse.homeserver.devices.api import DevicesApi
from teahouse.homeserver.devices.last_seen import LastSeen
from teahouse.homeserver.devices.send_api import SendToDeviceApi
from teahouse.homeserver.devices.service import Devices
from teahouse.homeserver.directory.api import DirectoryApi
from teahouse.homeserver.directory.service import UserDirectory
from teahouse.homeserver.discovery.api import DiscoveryApi
from teahouse.homeserver.discovery.wellknown_api import WellknownApi
from teahouse.homeserver.keys.api import KeysApi
from teahouse.homeserver.keys.backup_keys_api import BackupKeysApi
from teahouse.homeserver.keys.backup_versions_api import BackupVersionsApi
from teahouse.homeserver.keys.service import Keys
from teahouse.homeserver.legacy.api import LegacyApi
from teahouse.homeserver.legacy.room_initial import RoomStart
from teahouse.homeserver.legacy.seen import Seen
from teahouse.homeserver.legacy.service import Legacy
from teahouse.homeserver.media.api import MediaApi
from teahouse.homeserver.media.service import MediaLibrary
from teahouse.homeserver.media.upload_api import UploadApi
from teahouse.homeserver.notices.service import ServerNotices
from teahouse.homeserver.policies.service import Policies
from teahouse.homeserver.presence.api import PresenceApi
from teahouse.homeserver.presence.book import PresenceBook
from teahouse.homeserver.presence.service import Presences
from teahouse.homeserver.previews.api import PreviewsApi
from teahouse.homeserver.previews.service import Previews
from teahouse.homeserver.push.api import PushRulesApi
from teahouse.homeserver.push.counting import Counting
from teahouse.homeserver.push.gateway import PushGateways
from teahouse.homeserver.push.ignoring import ignored_by
from teahouse.homeserver.push.notifications_api import NotificationsApi
from teahouse.homeserver.push.purged_marks import begin_sums
from teahouse.homeserver.push.pushers import Pushers
from teahouse.homeserver.push.pushers_api import PushersApi
from teahouse.homeserver.push.pushing import Pushing
from teahouse.homeserver.push.service import PushRules
from teahouse.homeserver.push.succession import PushRuleSuccession
from teahouse.homeserver.push.unread_cache import UnreadCache
from teahouse.homeserver.push.webpush import WebPush
from teahouse.homeserver.push.webpush_key import VapidKeys
from teahouse.homeserver.push.webpush_rules import capabilities as webpush_capabilities
from teahouse.homeserver.receipts.api import ReceiptsApi
from teahouse.homeserver.receipts.service import Receipts
from teahouse.homeserver.receipts.typing import Typing
from teahouse.homeserver.reports.api import ReportsApi
from teahouse.homeserver.reports.service import Reports
from teahouse.homeserver.rooms.members.mutual_api import MutualRoomsApi
from teahouse.homeserver.rooms.outside.directory_api import RoomDirectoryApi
from teahouse.homeserver.rooms.outside.listing_api import RoomListingApi
from teahouse.homeserver.rooms.outside.previews_api import RoomPreviewsApi
from teahouse.homeserver.rooms.outside.sizes import RoomSizes
from teahouse.homeserver.rooms.service import Rooms
from teahouse.homeserver.rooms.state.api import RoomReadsApi
from teahouse.homeserver.rooms.timeline.history_api import RoomHistoryApi
from teahouse.homeserver.rooms.timeline.relations_api import RelationsApi
from teahouse.homeserver.rooms.timeline.timestamp_api import EventByTimestampApi
from teahouse.homeserver.rooms.upgrading.api import RoomUpgradesApi
from teahouse.homeserver.rooms.upkeep.erasing import Erasing
from teahouse.homeserver.rooms.upkeep.pictures_in_use import pictures_in_use as pictures_of_rooms
from teahouse.homeserver.rooms.upkeep.purging import HistoryPurging
from teahouse.homeserver.rooms.upkeep.retention import Retention
from teahouse.homeserver.rooms.visibility.reading import Reading
from teahouse.homeserver.rooms.writing.admission import Admission
from teahouse.homeserver.rooms.writing.api import RoomWritesApi
from teahouse.homeserver.search.api import SearchApi
from teahouse.homeserver.search.indexing import Indexing
from teahouse.homeserver.server.name import claim_name
from teahouse.homeserver.sliding.api import SlidingSyncApi
from teahouse.homeserver.sliding.service import SlidingSync
from teahouse.homeserver.sync.api import SyncApi
from teahouse.homeserver.sync.keys_changes_api import KeysChangesApi
from teahouse.homeserver.sync.service import Sync
from teahouse.homeserver.sync.views import Views
from teahouse.homeserver.threepids.service import Threepids
from teahouse.homeserver.tickets.api import TicketsApi
from teahouse.homeserver.tickets.service import Tickets
from teahouse.kit.bus import Bus
from teahouse.kit.clock import Clock, SystemClock
from teahouse.kit.database import Database, check_durability, database_url
from teahouse.kit.http import Route
from teahouse.kit.http.gate import Gate
from teahouse.kit.http.server import build_app
from teahouse.kit.limits import Limits
from teahouse.kit.log import LogWriter
from teahouse.kit.log.pruning import Pruning
from teahouse.kit.mail import Mailer, MailSettings
from teahouse.kit.migrations import load_tables, upgrade
from teahouse.kit.outbox import Outbox, Owner
from teahouse.kit.randomness import Randomness
from teahouse.kit.traces import traces
from teahouse.kit.urls import UrlClient
from teahouse.packages import PACKAGES
from teahouse.webapp import web_app


class Teahouse:
    """A whole server without its port."""

    def __init__(
        self, config: Config, clock: Clock | None = None, randomness: Randomness | None = None
    ) -> None:
        self.config = config
        self.clock = clock or SystemClock()
        self.randomness = randomness or Randomness(SystemRandom())
        load_tables(PACKAGES)
        self.database = Database(database_url(config.database, config.data))
        upgrade(self.database, PACKAGES)
        check_durability(self.database)
        claim_name(self.database, config.server_name)
        self.log = LogWriter(self.database, self.clock, Bus())
        self.traces = traces(os.environ, __version__)
        if self.traces is not None:
            self.log.wrap_commits(self.traces.around_commit)
        self.pruning = Pruning(self.log, self.clock)
        self.limits = Limits(self.clock, enabled=not config.no_rate_limits)
        self.devices = Devices()
        self.last_seen = LastSeen(self.log, self.clock)
        self.keys = Keys(self.database, self.log, self.devices)
        self.accounts = Accounts(
            config,
            self.database,
            self.log,
            self.clock,
            self.randomness,
            self.limits,
            self.devices,
        )
        self.guest_sweep = GuestSweep(
            self.database,
            self.log,
            self.clock,
            self.accounts.credentials,
            self.devices,
            self.last_seen,
            days=config.guest_unused_days,
        )
        self.accountdata = AccountData(self.database, self.log)
        self.tags = Tags(self.database, self.log, self.accountdata)
        self.filters = Filters(self.database, self.log)
        self.push_rules = PushRules(self.database, self.log, self.accountdata)
        self.directory = UserDirectory(config.server_name, self.database, self.accounts)
        self.accounts.credentials.on_deactivated.append(self.accountdata.delete_all)
        self.accounts.credentials.on_deactivated.append(self.keys.delete_user)
        mail = MailSettings.of(config)
        self.threepids = Threepids(
            config, self.database, self.log, self.clock, self.randomness, self.limits, mail
        )
        self.accounts.logins.owner_of_address = self.threepids.addresses.owner
        self.accounts.credentials.on_deactivated.append(self.threepids.addresses.remove_all)
        self.pruning.further.append(self.threepids.prune)
        self.tickets = Tickets(self.database, self.log, self.clock, self.randomness)
        self.accounts.logins.take_token = self.tickets.take_login
        self.devices.on_deleted.append(self.tickets.revoke_devices)
        self.pruning.further.append(self.tickets.prune)
        self.policies = Policies(config.policies)

        pushing = Pushing(locked_accounts)
        self.pushers = Pushers(self.database, self.log, self.randomness, pushing)
        self.devices.on_deleted.append(self.pushers.remove_of_devices)
        self.accounts.credentials.on_deactivated.append(self.pushers.remove_all)
        self.accounts.moderation.on_standing.append(self.pushers.standing_changed)
        self.url_client = UrlClient(allow_private=config.allow_private_urls)
        self.vapid_keys = VapidKeys(self.database, self.log)
        contact = config.public_url or f"https://{config.server_name}"
        web_push = WebPush(self.vapid_keys, contact, self.clock)
        gateways = PushGateways(self.database, self.log, self.pushers, self.url_client, web_push)
        owners: dict[str, Owner] = {"pusher": gateways}
        if mail is not None:
            owners["mail"] = Mailer(mail)
        counting = Counting(self.log, self.push_rules, self.accountdata, pushing)
        admission = Admission(guests_among, self.accountdata.invite_permissions.blocks)
        self.rooms = Rooms(
            config, self.log, self.randomness, self.accounts.profiles, counting, admission
        )
        owners["round"] = self.rooms.rounds
        self.outbox = Outbox(self.database, self.log, self.clock, self.randomness, owners)
        self.room_sizes = RoomSizes(self.log)
        delays = Delays(self.rooms.sending, check_standing, self.randomness)
        self.pruning.further.append(delays.prune)
        self.accounts.credentials.on_deactivated.append(delays.forget_user)
        self.delayed_sender = DelayedSender(
            self.database, self.log, self.clock, self.limits, delays
        )
        self.delayed = DelayedEventsApi(self.database, self.log, delays, config.max_event_delay_ms)
        self.indexing = Indexing(self.log, self.database, self.clock)
        self.log.bus.listen(self.indexing.follow)
        self.rooms.sending.before_redaction.append(self.indexing.forget)
        self.rooms.sending.on_redaction.append(counting.take_back)
        self.rooms.succession.heirs += [
            AccountDataSuccession(self.accountdata).inherit,
            PushRuleSuccession(self.push_rules).inherit,
        ]
        self.receipts = Receipts(self.rooms.memory, self.accountdata)
        self.receipts.followers.append(pushing.badge)
        self.typing = Typing(self.database, self.log)
        self.reports = Reports(self.accounts.exists)
        presence_book = PresenceBook()
        self.log.bus.listen(presence_book.follow)
        self.presences = Presences(self.log, self.clock, presence_book)
        self.appservices = AppServices(
            registry_of(config.appservices, config.server_name),
            self.database,
            self.log,
            self.clock,
            self.randomness,
            self.accounts,
            self.devices,
            self.presences,
        )
        self.appservices.bridge(self.rooms.bridges)
        self.unread_cache = UnreadCache()
        self.log.bus.listen(self.unread_cache.follow)
        self.views = views = Views(self.log, self.database, self.clock)
        self.sliding = SlidingSync(
            self.log, self.database, self.clock, views, self.accountdata, self.presences
        )
        self.devices.on_deleted.append(self.sliding.forget_devices)
        self.sync = Sync(
            self.log,
            self.database,
            self.clock,
            views,
            self.keys.counts,
            self.unread_cache,
            self.accountdata,
            self.presences,
            presence_book,
        )
        self.reading = reading = Reading(self.database, self.clock, ignored_by)
        seen = Seen(self.presences, presence_book)
        self.legacy = Legacy(self.log, self.clock, self.sync, reading, views, seen, self.limits)
        room_start = RoomStart(self.accountdata, seen)
        self.legacy_api = LegacyApi(self.log, self.legacy, reading, room_start)
        self.notices = ServerNotices(
            self.accounts.user_id_of(config.server_notices_name),
            self.database,
            self.log,
            self.accounts,
            self.rooms,
            self.tags,
        )
        self.purging = HistoryPurging(self.rooms.memory, self.database, self.log)
        self.purging.before_purge.append(self.indexing.forget)
        self.purging.on_begun.append(begin_sums)
        self.erasing = Erasing(self.database, self.log)
        self.accounts.credentials.on_erased.append(self.erasing.begin)
        self.accounts.credentials.after_erased.append(self.erasing.finish)
        self.retention = Retention(
            self.purging, self.erasing, self.database, self.clock, days=config.retention_days
        )
        admission.keeps_invite.append(self.notices.keeps_invite)
        self.accountdata.invite_permissions.always_heard = self.notices.authors
        self.notices.on_author.append(counting.hear)
        rounds = self.rooms.rounds
        rounds.on_left.append(self.erasing.go_on)
        rounds.after_left.append(self.erasing.finish)
        self.accounts.credentials.on_deactivated.append(rounds.leave_all)
        self.accounts.profiles.followers.append(rounds.refresh_profile)
        self.media = MediaLibrary(config, self.database, self.log, self.clock, self.randomness)
        self.erasing.also.append(self.media.purging.delete_of_user)
        self.media.sparing.sources += [pictures_of_people, pictures_of_rooms]
        self.previews = Previews(self.url_client, self.media, self.clock)

    def routes(self) -> Sequence[Route]:
        accounts = self.accounts
        owner = accounts.reauthentication
        reading = self.reading
        return [
            *DiscoveryApi(self.config, self.database, self._capabilities).routes(),
            *WellknownApi(self.config).routes(),
            *RegistrationApi(
                accounts.registration, accounts.uia, self._sign_up(), accounts.guests, self.limits
            ).routes(),
            *SharedSecretApi(accounts.shared_secret, accounts.registration).routes(),
            *ModerationApi(accounts.moderation, self.database, self.devices).routes(),
            *LoginApi(accounts.logins, accounts.tokens).routes(),
            *AccountApi(accounts.credentials, owner, accounts.uia, self.threepids.reset).routes(),
            *FallbackApi(accounts.uia).routes(),
            *self.threepids.routes(owner),
            *TicketsApi(self.config.server_name, self.tickets, owner).routes(),
            *ProfileApi(accounts.profiles).routes(),
            *AccountDataApi(self.accountdata, self.tags, self.filters).routes(),
            *PushRulesApi(self.push_rules).routes(),
            *PushersApi(self.pushers, allow_private_urls=self.config.allow_private_urls).routes(),
            *NotificationsApi(
                self.log, reading, self.push_rules, self.accountdata.invite_permissions
            ).routes(),
            *DirectoryApi(self.directory).routes(),
            *DevicesApi(self.devices, self.database, self.log, owner).routes(),
            *SendToDeviceApi(self.log).routes(),
            *KeysApi(
                self.config.server_name, self.database, self.log, self.devices, owner
            ).routes(),
            *BackupVersionsApi(self.database, self.log).routes(),
            *BackupKeysApi(self.database, self.log).routes(),
            *RoomWritesApi(
                self.log,
                self.database,
                self.rooms.creation,
                self.rooms.memberships,
                self.rooms.sending,
                self.rooms.addresses,
                self.delayed.schedule_instead,
            ).routes(),
            *self.delayed.routes(),
            *self.appservices.routes(),
            *RoomUpgradesApi(self.log, self.rooms.upgrades).routes(),
            *RoomReadsApi(reading).routes(),
            *RoomHistoryApi(reading).routes(),
            *MutualRoomsApi(self.database).routes(),
            *RelationsApi(reading).routes(),
            *SearchApi(self.log, reading, self.indexing).routes(),
            *EventByTimestampApi(reading).routes(),
            *RoomListingApi(
                self.database, self.config.server_name, self.appservices, self.room_sizes
            ).routes(),
            *RoomPreviewsApi(self.database).routes(),
            *RoomDirectoryApi(
                self.database, self.log, self.rooms.addresses, self.config.server_name
            ).routes(),
            *ReportsApi(self.log, self.reports).routes(),
            *self.admin_routes(),
            *ReceiptsApi(self.log, self.receipts, self.typing).routes(),
            *PresenceApi(self.database, self.presences, accounts.exists).routes(),
            *SyncApi(self.sync, self.filters, self.limits).routes(),
            *SlidingSyncApi(self.sliding, self.limits).routes(),
            *self.legacy_api.routes(),
            *KeysChangesApi(self.database, self.log).routes(),
            *RtcTransportsApi().routes(),
            *CallsApi(
                [uri for uri in self.config.turn_uris.split(",") if uri],
                self.config.turn_secret,
                self.clock,
            ).routes(),
            *MediaApi(self.media, self.config.max_upload_bytes).routes(),
            *UploadApi(self.media, self.config.max_upload_bytes).routes(),
            *PreviewsApi(self.previews, is_on=self.config.url_previews).routes(),
        ]

    def admin_routes(self) -> Sequence[Route]:
        return [
            *PeopleAdminApi(self.accounts, self.devices, self.database).routes(),
            *MediaAdminApi(self.media, self.accounts).routes(),
            *NoticesAdminApi(self.notices, self.accounts).routes(),
            *RoomsAdminApi(self.database, self.log, self.reports, self.purging).routes(),
        ]

    def _sign_up(self) -> SignUp:
        return SignUp(
            is_open=self.config.open_registration,
            terms=self.policies.sign_up,
            email=self.threepids.sign_up,
            needs_email=self.config.email_required_for_registration,
        )

    async def _capabilities(self) -> dict[str, Any]:
        return {
            **webpush_capabilities((await self.vapid_keys.get()).shown),
            **delay_capabilities(self.config.max_event_delay_ms),
        }

    def asgi(self) -> Gate:
        return build_app(
            self.routes(),
            self.accounts.tokens,
            self.limits,
            web_app=web_app(),
            seen=self.last_seen.seen,
            around=None if self.traces is None else self.traces.around_request,
        )

    async def start(self) -> None:
        self.log.open()
        self.log.start()
        self.last_seen.start()
        self.pruning.start()
        self.retention.start()
        self.guest_sweep.start()
        self.presences.start()
        self.outbox.start()
        self.delayed_sender.start()
        self.media.start()
        await self.indexing.begin()
        await self.appservices.start()
        await self.typing.open()

    def end_waiting(self) -> None:
        """Answers the requests that wait for news: the server is about to stop."""
        self.views.end_waiting()
        self.legacy.end_waiting()
        self.media.end_waiting()

    async def stop(self) -> None:
        await self.pruning.stop()
        await self.retention.stop()
        await self.guest_sweep.stop()
        await self.presences.stop()
        await self.outbox.stop()
        await self.appservices.stop()
        await self.delayed_sender.stop()
        await self.url_client.close()
        await self.indexing.stop()
        await self.last_seen.stop()
        await self.typing.close()
        await self.media.stop()
        await self.log.stop()
        if self.traces is not None:
            await asyncio.to_thread(self.traces.close)
        self.accounts.close()
        self.database.close()
