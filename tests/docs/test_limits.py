"""The limits that whoever runs the server reads are those that the code keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from teahouse.homeserver.accountdata import service as account_data
from teahouse.homeserver.accountdata import tags
from teahouse.homeserver.accounts import invitations
from teahouse.homeserver.delayed import rules as delayed
from teahouse.homeserver.devices import inbox
from teahouse.homeserver.devices import service as devices
from teahouse.homeserver.keys import backup, upload
from teahouse.homeserver.media import shrink, uploading
from teahouse.homeserver.previews import fetching
from teahouse.homeserver.previews import service as previews
from teahouse.homeserver.push import pusher_rules
from teahouse.homeserver.rooms.members import membership
from teahouse.homeserver.rooms.outside import addresses
from teahouse.homeserver.rooms.writing import append, creation
from teahouse.homeserver.threepids import addresses as emails
from teahouse.kit.http import route
from teahouse.protocol import events, push_rule_body, push_rules

PAGE = (Path(__file__).resolve().parents[2] / "docs/operate.md").read_text("utf-8")
TABLE = PAGE.partition("\n### What is kept\n")[2].partition("\n#")[0]
ROWS = dict(re.findall(r"^\| (?!what )([^|-][^|]*?) \| ([^|]+?) \|$", TABLE, re.MULTILINE))


def size(size_bytes: int) -> str:
    return f"{size_bytes >> 20} MiB" if size_bytes >= 1 << 20 else f"{size_bytes >> 10} KiB"


DAYS = {24 * 3_600_000: "each for a day"}
LIMITS = {
    "an event": size(events.MAX_EVENT_BYTES),
    "an event's type and its state key": f"{events.MAX_FIELD_BYTES} bytes each",
    "the state of a room": f"{append.MAX_STATE_KEYS:,} pieces, "
    f"{size(append.MAX_STATE_BYTES)} without members, "
    f"each of which has {size(append.MAX_MEMBERSHIP_BYTES)}",
    "aliases of a room": f"{addresses.MAX_ALIASES_OF_ROOM}",
    "rooms that a person is in": f"{membership.MAX_JOINED_ROOMS:,}",
    "a room as it is made": f"{creation.MAX_INVITES} people invited, "
    f"{creation.MAX_INITIAL_STATE} pieces of state",
    "one-time keys of a device": f"{upload.MAX_ONE_TIME_KEYS}",
    "backups of room keys that a person makes": f"{backup.MAX_VERSIONS:,}, "
    f"each of {backup.MAX_KEYS:,} keys",
    "a request's body": f"{size(route.MIB)}; a file: `--max-upload-bytes`",
    "a picture that gets a thumbnail": f"{shrink.MOST_PIXELS // 10**6} million pixels, "
    f"{shrink.MOST_SIDE:,} on a side",
    "addresses without content that a person has": f"{uploading.MOST_PENDING}, "
    f"{DAYS[uploading.UNUSED_MS]}",
    "a page or picture that is previewed": f"{size(fetching.MOST_BYTES)}, "
    f"the picture of a page {size(fetching.MOST_BYTES)} more; {previews.FETCH_SECONDS:.0f} seconds",
    "messages that wait for a device": f"{inbox.MAX_WAITING:,}",
    "devices of an account": f"{devices.MAX_DEVICES:,}",
    "pushers of an account": f"{pusher_rules.MAX_PUSHERS}",
    "push rules of an account": f"{push_rules.MAX_RULES:,}, {size(push_rules.MAX_BYTES)}, "
    f"{push_rules.MAX_CONDITIONS} conditions ({push_rule_body.MAX_CONDITIONS} a rule), "
    f"{size(push_rules.MAX_PATTERN_BYTES)} of patterns "
    f"({push_rule_body.MAX_TEXT_BYTES} bytes each)",
    "e-mail addresses of an account": f"{emails.MAX_ADDRESSES}",
    "events of one person that wait to be sent later": f"{delayed.MAX_SCHEDULED}, "
    "each at most `--max-event-delay-ms`",
    "account data of a user": f"{account_data.MAX_PIECES:,} pieces, {size(account_data.MAX_BYTES)}"
    f", one of them {size(account_data.MAX_CONTENT_BYTES)}",
    "tags of a room": f"{tags.MAX_TAGS}",
    "registration tokens": f"{invitations.MAX_TOKENS:,}",
}


@pytest.mark.parametrize("what", sorted(LIMITS.keys() | ROWS.keys()))
def test_the_table_of_limits_has_those_of_the_code(what: str) -> None:
    assert ROWS.get(what) == LIMITS.get(what)
