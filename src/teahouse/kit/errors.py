"""Refusals, and the one place that says which HTTP status each becomes."""

from __future__ import annotations

from typing import Any

STATUS_BY_ERRCODE = {
    "M_FORBIDDEN": 403,
    "M_GUEST_ACCESS_FORBIDDEN": 403,
    "M_USER_DEACTIVATED": 403,
    "M_USER_LOCKED": 401,
    "M_USER_SUSPENDED": 403,
    "M_UNKNOWN_TOKEN": 401,
    "M_MISSING_TOKEN": 401,
    "M_NOT_FOUND": 404,
    "M_UNRECOGNIZED": 404,
    "M_LIMIT_EXCEEDED": 429,
    "M_TOO_LARGE": 413,
    "M_WRONG_ROOM_KEYS_VERSION": 403,
    "M_EXCLUSIVE": 400,
    "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM": 403,
    "M_THREEPID_DENIED": 403,
    "M_THREEPID_AUTH_FAILED": 403,
    "M_UNAUTHORIZED": 401,
    "M_NOT_YET_UPLOADED": 504,
    "M_CANNOT_OVERWRITE_MEDIA": 409,
    "M_DUPLICATE_ANNOTATION": 400,
    "M_INVITE_BLOCKED": 403,
}
"""Errcodes not named here are refusals of what was sent: 400."""


class Refused(Exception):
    """A request that is refused, in words of the specification.

    `details` are further keys of the error body (`retry_after_ms`, `soft_logout`, `flows`).
    `status` only where the specification departs from the table above.
    """

    def __init__(
        self, errcode: str, message: str, *, status: int | None = None, **details: Any
    ) -> None:
        super().__init__(message)
        self.errcode = errcode
        self.message = message
        self.status = status or STATUS_BY_ERRCODE.get(errcode, 400)
        self.details = details

    def body(self) -> dict[str, Any]:
        return {"errcode": self.errcode, "error": self.message, **self.details}


def forbidden(message: str) -> Refused:
    return Refused("M_FORBIDDEN", message)


def not_found(message: str = "Not found") -> Refused:
    return Refused("M_NOT_FOUND", message)


def bad_json(message: str) -> Refused:
    return Refused("M_BAD_JSON", message)


def invalid_param(message: str) -> Refused:
    return Refused("M_INVALID_PARAM", message)


def missing_param(name: str) -> Refused:
    return Refused("M_MISSING_PARAM", f"Missing parameter: {name}")


def limit_exceeded(retry_after_ms: int) -> Refused:
    return Refused("M_LIMIT_EXCEEDED", "Too many requests", retry_after_ms=retry_after_ms)


def locked() -> Refused:
    """The account waits for whoever runs the server; its devices keep what they have."""
    return Refused("M_USER_LOCKED", "This account has been locked", soft_logout=True)


def suspended() -> Refused:
    return Refused("M_USER_SUSPENDED", "This account may read, but not speak or act, for now")


class Unavailable(Exception):
    """The server can't take the change now; whether it took place is told by a retry."""
