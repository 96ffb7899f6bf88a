"""All application services of this server, and whose which names are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from teahouse.homeserver.appservices.registration import AppService
from teahouse.kit.errors import Refused
from teahouse.kit.http import Requester, Service
from teahouse.kit.secrets import token_hash


class Registry:
    def __init__(self, services: Sequence[AppService]) -> None:
        self._services = services
        self._by_token = {token_hash(service.as_token): service for service in services}
        self._by_id = {service.id: service for service in services}

    def __iter__(self) -> Iterator[AppService]:
        return iter(self._services)

    def __len__(self) -> int:
        return len(self._services)

    def by_token(self, token: str) -> AppService | None:
        """By its hash: how long it takes tells nothing of the tokens that there are."""
        return self._by_token.get(token_hash(token))

    def by_id(self, id: str) -> AppService | None:
        return self._by_id.get(id)

    def with_user(self, user_id: str) -> list[AppService]:
        return [service for service in self._services if service.has_user(user_id)]

    def with_alias(self, alias: str) -> list[AppService]:
        return [service for service in self._services if service.has_alias(alias)]

    def check_user(self, maker: Service | None, user_id: str) -> None:
        """Whether this account may be made. `maker` None: a person, not an application service.

        Errors: M_EXCLUSIVE.
        """
        if maker is None:
            if any(service.owns_user(user_id) for service in self._services):
                raise _exclusive("This name belongs to an application service")
        elif not maker.has_user(user_id):
            raise _exclusive("This name is not one of the application service's own")

    def check_alias(self, requester: Requester, alias: str) -> None:
        """Whether the alias may be given or taken away. Errors: M_EXCLUSIVE."""
        service = requester.service
        if service is None:
            if any(one.owns_alias(alias) for one in self._services):
                raise _exclusive("This alias belongs to an application service")
        elif not service.has_alias(alias):
            raise _exclusive("This alias is not one of the application service's own")


def _exclusive(message: str) -> Refused:
    return Refused("M_EXCLUSIVE", message)
