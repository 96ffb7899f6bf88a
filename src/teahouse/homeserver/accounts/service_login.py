"""How an application service proves itself where people give a password.

Source: application service API, "Server admin style permissions"
"""

from __future__ import annotations

from typing import Final

from teahouse.homeserver.accounts.tokens import unknown_token
from teahouse.kit.errors import Refused
from teahouse.kit.http import Request, Service

SERVICE_LOGIN: Final = "m.login.application_service"


def service_of(request: Request) -> Service:
    """Errors: M_MISSING_TOKEN, M_UNKNOWN_TOKEN when it is not a service that asks."""
    service = request.requester.service
    if service is not None:
        return service
    if request.header("authorization") or request.query("access_token"):
        raise unknown_token()
    raise Refused("M_MISSING_TOKEN", "Missing access token")
