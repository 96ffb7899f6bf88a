"""What an operator's monitoring reads."""

from __future__ import annotations

import asyncio
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.people import Person, client_of, sign_up
from tests.process import ServerProcess


async def values(person: Person) -> dict[str, float]:
    """By name; of a labelled one the sum."""
    body = (await person.get("/metrics")).ok().body
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(body.decode()):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


async def test_load_is_told_in_figures(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", "--allow-private-urls").wait_until_ready()
    try:
        async with client_of(server.url) as http:
            alice, bob = await sign_up(http, "alice"), await sign_up(http, "bob")
            room_id = await alice.create_room(preset="public_chat")
            await bob.join(room_id)
            pusher = {
                "app_id": "a",
                "app_display_name": "A",
                "device_display_name": "D",
                "kind": "http",
                "lang": "en",
                "pushkey": "k",
                # Nobody listens there: what is for it waits.
                "data": {"url": "http://127.0.0.1:9/_matrix/push/v1/notify"},
            }
            (await bob.post("/pushers/set", pusher)).ok()
            before = await values(alice)
            await asyncio.gather(*(alice.say(room_id, str(n)) for n in range(20)))
            after = await values(alice)
            assert after["teahouse_open_connections"] >= 1
            assert after["teahouse_outbox_waiting"] >= 1
            assert after["teahouse_log_waiting_changes"] >= 0
            sent = after["teahouse_log_changes_total"] - before["teahouse_log_changes_total"]
            assert sent >= 20
            batches = "teahouse_log_batch_changes_sum"
            assert after[batches] - before[batches] == sent
            assert after["teahouse_log_head"] >= before["teahouse_log_head"] + 20
            assert after["process_resident_memory_bytes"] > 0
    finally:
        assert server.stop() == 0
