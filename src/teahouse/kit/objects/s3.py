"""Objects in an S3 storage, by obstore.

An upload is written aside on the local disk first: its name is its hash, which is known at its end,
and a client that breaks off leaves nothing in the bucket. It is read in ranges, so that a slow
client holds no connection to the storage, and a range that fails is asked again by obstore.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import S3Store

from teahouse.kit.errors import Unavailable
from teahouse.kit.objects.address import S3Address
from teahouse.kit.objects.incoming import Incoming, Spool
from teahouse.kit.objects.names import checked
from teahouse.kit.objects.store import Received

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

READ_BYTES = 1 << 20
PART_BYTES = 5 << 20
"""The least that S3 takes."""
PARTS_AT_ONCE = 2
"""Of one upload: what of it is in memory at once."""

CLIENT: ClientConfig = {"connect_timeout": "5s", "timeout": "60s"}
RETRY: RetryConfig = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}


class S3Objects:
    is_shared = True

    def __init__(self, address: S3Address, kind: str, spool: Path) -> None:
        """`kind` is a folder below the address, `spool` one on the local disk."""
        self._spool = Spool(spool)
        config: S3Config = {"virtual_hosted_style_request": address.endpoint is None}
        if address.endpoint is not None:
            config["endpoint"] = address.endpoint
        if address.region is not None:
            config["region"] = address.region
        self._store = S3Store(
            address.bucket,
            prefix=address.below(kind),
            config=config,
            client_options={**CLIENT, "allow_http": address.is_plain_http},
            retry_config=RETRY,
        )

    @asynccontextmanager
    async def receive(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[Received]:
        async with self._spool.receive(chunks) as incoming:
            yield Received(incoming.digest, incoming.size_bytes, partial(self._keep, incoming))

    async def put(self, name: str, content: bytes) -> None:
        with _written():
            await self._store.put_async(checked(name), content, use_multipart=False)

    async def size_bytes(self, name: str) -> int | None:
        try:
            with _reached():
                return (await self._store.head_async(checked(name)))["size"]
        except FileNotFoundError:
            return None

    async def read(
        self, name: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        if stop is None:
            stop = await self.size_bytes(name)
            if stop is None:
                raise FileNotFoundError(name)
        for at in range(start, stop, READ_BYTES):
            with _reached():
                chunk = await self._store.get_range_async(
                    checked(name), start=at, end=min(at + READ_BYTES, stop)
                )
            yield bytes(chunk)

    @asynccontextmanager
    async def local(self, name: str) -> AsyncIterator[Path]:
        async with self._spool.receive(self.read(name)) as copy:
            yield copy.path

    async def delete(self, names: Sequence[str]) -> None:
        with _reached():
            await self._store.delete_async([checked(name) for name in names])

    async def names(self) -> AsyncIterator[str]:
        with _reached():
            async for page in self._store.list(chunk_size=1_000):
                for found in page:
                    yield found["path"]

    def close(self) -> None:
        self._spool.close()

    async def _keep(self, incoming: Incoming) -> None:
        name = incoming.digest
        if await self.size_bytes(name) == incoming.size_bytes:
            return
        with _written():
            await self._store.put_async(
                name, incoming.path, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE
            )


@contextmanager
def _reached() -> Iterator[None]:
    """The storage's errors become Unavailable; their own text names the object and the endpoint."""
    try:
        yield
    except BaseError as error:
        raise Unavailable(f"The storage of files failed: {type(error).__name__}") from None


@contextmanager
def _written() -> Iterator[None]:
    """Where there is nothing to be found, what is not found is the bucket."""
    try:
        with _reached():
            yield
    except FileNotFoundError:
        raise Unavailable("The storage of files has no such bucket") from None
