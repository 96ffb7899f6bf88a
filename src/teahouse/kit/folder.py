"""The data folder: owned by one process at a time, with a lock that dies with it."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path


class FolderInUse(RuntimeError):
    """Another server runs on this folder."""


class DataFolder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    def lock(self) -> None:
        """Creates the folder, readable by its owner only, and takes it.

        Errors: FolderInUse.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.path / "teahouse.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise FolderInUse(f"another teahouse server runs on {self.path}") from None
        self._lock = lock

    def unlock(self) -> None:
        if self._lock is not None:
            self._give_to_owner()
            os.close(self._lock)
            self._lock = None

    def _give_to_owner(self) -> None:
        """What root has made here would be closed to a server that runs as somebody else.

        Given away afterwards, and not made as the owner from the start: what is restored from may
        be root's alone, and so may be a folder above this one, as with systemd's dynamic users.
        """
        path = self.path.resolve()
        owner = path.stat()
        if os.geteuid() != 0 or owner.st_uid == 0:
            return
        for _, folders, files, fd in os.fwalk(path):
            for name in (*folders, *files):
                found = os.stat(name, dir_fd=fd, follow_symlinks=False)
                # A second name of a file elsewhere, which the owner has put here, is not theirs.
                is_of_here = found.st_nlink == 1 or stat.S_ISDIR(found.st_mode)
                if found.st_uid == 0 and is_of_here:
                    os.chown(name, owner.st_uid, owner.st_gid, dir_fd=fd, follow_symlinks=False)

    @property
    def socket(self) -> Path:
        """Where a running server takes admin commands."""
        return self.path / "admin.sock"
