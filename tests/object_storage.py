"""A real S3 storage on this machine, in a process of its own, spoken to through HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

KEYS = {"AWS_ACCESS_KEY_ID": "tea", "AWS_SECRET_ACCESS_KEY": "house", "AWS_REGION": "us-east-1"}
"""For the environment of whoever uses it."""
START_SECONDS = 60


@contextmanager
def object_storage() -> Iterator[str]:
    """The address of a storage, as an endpoint."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **KEYS},
    )
    try:
        _wait_until_open(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the object storage did not start")


def new_bucket(endpoint: str) -> str:
    """The setting `objects` for a bucket without anything in it."""
    name = f"tea-{uuid.uuid4().hex}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(f"{endpoint}/{name}", method="PUT")).close()
    return f"s3://{name}/some/where?endpoint={endpoint}"
