"""Two nio clients compare emoji, as their people would."""

from __future__ import annotations

from nio import (
    KeyVerificationAccept,
    KeyVerificationCancel,
    KeyVerificationEvent,
    KeyVerificationKey,
    KeyVerificationMac,
    KeyVerificationStart,
)
from nio.crypto import Sas

from tests.clients.nio_person import SYNCS, NioPerson


async def verified_by_emoji(first: NioPerson, second: NioPerson) -> None:
    """Both ask, compare and confirm, until each of the two devices trusts the other."""
    shown: dict[str, list[str]] = {}
    for person in (first, second):
        _takes_part(person, shown)
    device = first.client.device_store[second.client.user_id][second.client.device_id]
    await first.client.start_key_verification(device)
    for turn in range(SYNCS):
        if _trust_each_other(first, second):
            break
        await (second, first)[turn % 2].sync()
    assert _trust_each_other(first, second)
    emoji = list(shown.values())
    assert len(emoji) == 2
    assert emoji[0] == emoji[1]
    assert len(emoji[0]) == 7


def _takes_part(person: NioPerson, shown: dict[str, list[str]]) -> None:
    client = person.client

    async def heard(event: KeyVerificationEvent) -> None:
        assert not isinstance(event, KeyVerificationCancel), event
        sas = client.key_verifications[event.transaction_id]
        assert isinstance(sas, Sas)
        if isinstance(event, KeyVerificationStart):
            await client.accept_key_verification(event.transaction_id)
        elif isinstance(event, KeyVerificationAccept):
            await client.to_device(sas.share_key())
        elif isinstance(event, KeyVerificationKey):
            await client.send_to_device_messages()
            shown[client.user_id] = [name for _, name in sas.get_emoji()]
            await client.confirm_short_auth_string(event.transaction_id)
        elif isinstance(event, KeyVerificationMac):
            await client.send_to_device_messages()

    client.add_to_device_callback(heard, (KeyVerificationEvent,))


def _trust_each_other(first: NioPerson, second: NioPerson) -> bool:
    return _trusts(first, second) and _trusts(second, first)


def _trusts(person: NioPerson, other: NioPerson) -> bool:
    devices = person.client.device_store[other.client.user_id]
    return bool(devices[other.client.device_id].verified)
