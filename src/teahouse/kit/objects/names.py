"""What an object may be called, so that no name leads out of the place."""

from __future__ import annotations

import re

NAME = re.compile(r"[A-Za-z0-9_-]{5,200}")


def checked(name: str) -> str:
    """Errors: ValueError."""
    if NAME.fullmatch(name) is None:
        raise ValueError("not an object's name")
    return name
