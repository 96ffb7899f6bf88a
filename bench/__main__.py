"""`python -m bench`: measures a server, beside a peer when one is given."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop

from bench.message import KINDS as MESSAGES
from bench.report import as_json, table
from bench.rows import LONG_ROWS, ROWS, Row
from bench.run import run_rows
from bench.servers import KINDS as SERVERS
from bench.servers import ServerKind

_RESULTS = Path(__file__).parent / "results"
# What is wanted (wanted.py) is wanted of this server.
_OURS = "teahouse"


def main() -> None:
    options = _parser().parse_args()
    # Ends as Ctrl-C does, so that no server stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kinds = [SERVERS[name] for name in dict.fromkeys((options.server, options.peer)) if name]
    began = datetime.now(UTC)
    results = uvloop.run(
        run_rows(
            options.rows,
            kinds,
            message=MESSAGES[options.message],
            seconds=options.seconds,
            rounds=options.rounds,
        )
    )
    judged = options.server == _OURS
    print(table(results, judged=judged))
    path = options.json or _RESULTS / f"{began:%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    about = _about(kinds, options, began)
    path.write_text(json.dumps(as_json(results, about, judged=judged), indent=2) + "\n")
    print(f"written to {path}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--server", choices=SERVERS, default=_OURS, help="the server measured")
    parser.add_argument("--peer", choices=SERVERS, help="run the same on this one, print ratios")
    parser.add_argument("--rows", type=_rows, default=ROWS, metavar="NAME,...", help=_row_names())
    parser.add_argument(
        "--all",
        dest="rows",
        action="store_const",
        const=ROWS + LONG_ROWS,
        help="the rows with a long set-up, too",
    )
    parser.add_argument("--seconds", type=float, help="measured seconds of a row, on every server")
    parser.add_argument("--rounds", type=int, default=1, help="runs of each row; medians are told")
    parser.add_argument("--message", choices=MESSAGES, default="text", help="what is sent")
    parser.add_argument("--json", type=Path, metavar="FILE", help="default: in bench/results/")
    return parser


def _rows(names: str) -> Sequence[Row]:
    by_name = {row.name: row for row in ROWS + LONG_ROWS}
    chosen = names.split(",")
    unknown = sorted(set(chosen) - set(by_name))
    if unknown:
        raise argparse.ArgumentTypeError(f"no row {', '.join(unknown)}: {_row_names()}")
    return [row for row in ROWS + LONG_ROWS if row.name in chosen]


def _row_names() -> str:
    return ", ".join(row.name for row in ROWS + LONG_ROWS)


def _about(
    kinds: Sequence[ServerKind], options: argparse.Namespace, began: datetime
) -> dict[str, Any]:
    return {
        "began": began.isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "servers": {kind.name: kind.version() for kind in kinds},
        "message": options.message,
        "seconds": options.seconds or {kind.name: kind.seconds for kind in kinds},
        "rounds": options.rounds,
    }


if __name__ == "__main__":
    main()
