"""Password hashing: slow on purpose, so never more than two at a time.

Argon2id with 19 MiB, two passes, one lane: about 30 ms each. What waits is bounded; past that
people are asked to come back, so that a flood of logins can't take the memory or the processor.
"""

from __future__ import annotations

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from teahouse.kit.errors import Refused, invalid_param, limit_exceeded

T = TypeVar("T")

AT_ONCE = 2
MAX_WAITING = 64
MAX_BYTES = 512
RETRY_AFTER_MS = 2000


@dataclass(frozen=True)
class Cost:
    """What a hash takes, and so what each guess takes whoever has stolen it."""

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


COST = Cost()


class Passwords:
    def __init__(self) -> None:
        self._hasher = PasswordHasher(COST.passes, COST.memory_kib, COST.lanes)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._waiting = 0
        self._nobody = _hash_of_nothing()

    async def hash(self, password: str) -> str:
        """Errors: M_LIMIT_EXCEEDED when too many wait."""
        return await self._in_turn(self._hasher.hash, password)

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Without a hash it takes the same time, so that time doesn't tell who has an account.

        Errors: M_LIMIT_EXCEEDED when too many wait.
        """
        if len(password) > MAX_BYTES:
            return False
        found = await self._in_turn(self._verify, password_hash or self._nobody, password)
        return found and password_hash is not None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_turn(self, function: Callable[..., T], *args: str) -> T:
        if self._waiting >= MAX_WAITING:
            raise limit_exceeded(RETRY_AFTER_MS)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, function, *args)
        finally:
            self._waiting -= 1

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerificationError:
            return False


def check_new_password(password: str) -> None:
    """Errors: M_WEAK_PASSWORD, M_INVALID_PARAM."""
    if not password:
        raise Refused("M_WEAK_PASSWORD", "The password is empty")
    if len(password.encode()) > MAX_BYTES:
        raise invalid_param(f"The password is longer than {MAX_BYTES} bytes")


def _hash_of_nothing() -> str:
    """Looks like a hash, costs what a hash costs, and matches no password."""
    salt, digest = (b64encode(os.urandom(size)).decode().rstrip("=") for size in (16, 32))
    parameters = f"m={COST.memory_kib},t={COST.passes},p={COST.lanes}"
    return f"$argon2id$v=19${parameters}${salt}${digest}"
