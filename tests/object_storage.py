"""A real S3 storage on this machine, spoken to through HTTP."""

from __future__ import annotations

import logging
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from moto.server import ThreadedMotoServer

KEYS = {"AWS_ACCESS_KEY_ID": "tea", "AWS_SECRET_ACCESS_KEY": "house", "AWS_REGION": "us-east-1"}
"""For the environment of whoever uses it."""


@contextmanager
def object_storage() -> Iterator[str]:
    """The address of a storage, as an endpoint."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def new_bucket(endpoint: str) -> str:
    """The setting `objects` for a bucket without anything in it."""
    name = f"tea-{uuid.uuid4().hex}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(f"{endpoint}/{name}", method="PUT")).close()
    return f"s3://{name}/some/where?endpoint={endpoint}"
