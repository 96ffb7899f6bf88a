"""Completes web/package-lock.json with builds for other platforms that npm left out.

npm writes down only those optional packages that the registry in use has; `npm ci` then refuses
the file elsewhere, and here. An entry needs no more than its version and its platform.
"""

from __future__ import annotations

import json
from typing import Any

from tools.parts import ROOT

LOCK = ROOT / "web/package-lock.json"
SYSTEMS = ("android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "win32")
PROCESSORS = ("arm64", "x64", "ia32", "loong64", "ppc64", "riscv64", "s390x", "mips64el", "arm")
LIBRARIES = {"musl": "musl", "musleabihf": "musl", "gnu": "glibc", "gnueabihf": "glibc"}


def main() -> None:
    lock = json.loads(LOCK.read_text("utf-8"))
    added = complete(lock["packages"])
    if added:
        LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"web/package-lock.json: {added} builds for other platforms added")


def complete(packages: dict[str, dict[str, Any]]) -> int:
    """How many entries were added to `packages`, a lock file's table by path."""
    missing = {
        name: version
        for package in list(packages.values())
        for name, version in package.get("optionalDependencies", {}).items()
        if f"node_modules/{name}" not in packages and platform(name)
    }
    for name, version in missing.items():
        packages[f"node_modules/{name}"] = {
            "version": version,
            "dev": True,
            "optional": True,
            **platform(name),
        }
    return len(missing)


def platform(name: str) -> dict[str, list[str]]:
    """The `os`, `cpu` and `libc` that a build's name tells; empty when it tells none."""
    words = name.rpartition("/")[2].split("-")
    systems = [system for system in SYSTEMS if system in words]
    processors = [processor for processor in PROCESSORS if processor in words]
    libraries = [library for word, library in LIBRARIES.items() if word in words]
    if not systems or not processors:
        return {}
    found = {"os": systems, "cpu": processors[:1]}
    return found | ({"libc": libraries} if libraries else {})


if __name__ == "__main__":
    main()
