"""Writes messages of some rooms again, as often as told, into the database of a stopped Synapse.

Run by the Python that Synapse is installed for: an event's ID follows from its content, and is
made by Synapse's own code. A copy is what it would have stored for the same words a little later;
left out is what no search reads (edges of the graph, relations, notifications).
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator

from synapse.api.room_versions import KNOWN_ROOM_VERSIONS  # type: ignore[import-not-found]
from synapse.events import make_event_from_dict  # type: ignore[import-not-found]

Row = tuple[object, ...]

EVENTS_AT_ONCE = 5_000

SAID = """
    SELECT e.*, j.internal_metadata, j.json, j.format_version, g.state_group, r.room_version
    FROM events AS e JOIN event_json AS j USING (event_id)
    JOIN event_to_state_groups AS g USING (event_id) JOIN rooms AS r ON r.room_id = e.room_id
    WHERE e.type = 'm.room.message' AND e.room_id IN (SELECT value FROM json_each(?))
    ORDER BY e.stream_ordering
"""
INSERTS = {
    "event_json": "event_id, room_id, internal_metadata, json, format_version",
    "event_to_state_groups": "event_id, state_group",
    "event_search": "event_id, room_id, key, value",
}


def main() -> None:
    path, times, room_ids = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with sqlite3.connect(path) as database:
        database.row_factory = sqlite3.Row
        said = database.execute(SAID, [room_ids]).fetchall()
        stream = database.execute("SELECT max(stream_ordering) FROM events").fetchone()[0]
        columns = [row[1] for row in database.execute("PRAGMA table_info(events)")]
        inserts = {**INSERTS, "events": ", ".join(columns)}
        pending: dict[str, list[Row]] = {table: [] for table in inserts}
        for count, (number, original) in enumerate(_again(said, times), 1):
            stream += 1
            _copy(pending, columns, original, number, stream)
            if count % EVENTS_AT_ONCE == 0:
                _insert(database, inserts, pending)
        _insert(database, inserts, pending)


def _again(said: list[sqlite3.Row], times: int) -> Iterator[tuple[int, sqlite3.Row]]:
    for number in range(1, times):
        for original in said:
            yield number, original


def _copy(
    pending: dict[str, list[Row]],
    columns: list[str],
    original: sqlite3.Row,
    number: int,
    stream: int,
) -> None:
    content = json.loads(original["json"])
    content["origin_server_ts"] += number
    content["depth"] += number
    event_id = make_event_from_dict(content, KNOWN_ROOM_VERSIONS[original["room_version"]]).event_id
    changed = {
        "event_id": event_id,
        "stream_ordering": stream,
        "topological_ordering": content["depth"],
        "depth": content["depth"],
        "origin_server_ts": content["origin_server_ts"],
    }
    room_id = original["room_id"]
    text = content["content"]["body"]
    encoded = json.dumps(content, separators=(",", ":"))
    meta, version = original["internal_metadata"], original["format_version"]
    pending["events"].append(tuple(changed.get(name, original[name]) for name in columns))
    pending["event_json"].append((event_id, room_id, meta, encoded, version))
    pending["event_to_state_groups"].append((event_id, original["state_group"]))
    pending["event_search"].append((event_id, room_id, "content.body", text))


def _insert(
    database: sqlite3.Connection, inserts: dict[str, str], pending: dict[str, list[Row]]
) -> None:
    for table, columns in inserts.items():
        places = ", ".join("?" * (columns.count(",") + 1))
        database.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",
            pending[table],
        )
        pending[table].clear()


if __name__ == "__main__":
    main()
