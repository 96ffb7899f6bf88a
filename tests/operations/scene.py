"""People in every relation to one room, and what each needs to call an operation."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.contract import Operation
from tests.operations.calls import BACKUP, CALLS, SESSION_KEY, Call
from tests.people import PASSWORD, Answer, Person, segment, sign_in, sign_up

SECRET = "a secret of the operator"
ROLES = ("anonymous", "stranger", "invited", "joined", "left", "banned", "owner", "admin")
"""Those who have a token stand in these relations to the owner's room; the admin is a stranger
to the room, but has an account with rights over the server."""
PART = re.compile(r"\{(\w+)\}")


@dataclass
class Scene:
    http: httpx.AsyncClient
    people: dict[str, Person] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    async def begin(self) -> Scene:
        for name in (*ROLES[1:-1], "member", "target", "victim"):
            self.people[name] = await sign_up(self.http, name)
            self.values[name] = self.people[name].user_id
        self.people["admin"] = await sign_up_admin(self.http)
        self.people["anonymous"] = Person(self.http)
        owner = self.people["owner"]
        self.values |= {
            "userId": owner.user_id,
            "deviceId": owner.device_id,
            "password": PASSWORD,
            "serverName": owner.user_id.partition(":")[2],
            "fileName": "tea.txt",
            "keyName": "displayname",
            "kind": "content",
            "ruleId": "tea",
            "type": "x.tea",
            "tag": "u.tea",
            "txnId": "txn",
            "eventType": "m.room.message",
            "stateKey": "",
            "relType": "m.thread",
            "sessionId": "session",
            "filterId": "0",
            "protocol": "irc",
            "appserviceId": "bridge",
            "networkId": "irc",
            "idpId": "elsewhere",
            "since": (await owner.sync())["next_batch"],
        }
        await self._own_things(owner)
        await self.new_room()
        return self

    async def _own_things(self, owner: Person) -> None:
        me = f"/user/{segment(owner.user_id)}"
        uploaded = (await owner.post("/_matrix/media/v3/upload", b"tea")).ok()
        self.values["mediaId"] = uploaded["content_uri"].rpartition("/")[2]
        created = await owner.post("/_matrix/media/v1/create")
        uri = created.body.get("content_uri", "/none")
        self.values["ownMediaId"] = uri.rpartition("/")[2]
        filtered = (await owner.post(f"{me}/filter", {"room": {}})).ok()
        self.values["filterId"] = filtered["filter_id"]
        (await owner.put(f"{me}/account_data/x.tea", {"a": 1})).ok()
        for rule in ("tea", "doomed"):
            body = {"actions": ["notify"], "pattern": rule}
            (await owner.put(f"/pushrules/global/content/{rule}", body)).ok()
        await self.new_backup()

    async def new_room(self) -> None:
        """The owner's private room, with everybody in their place."""
        owner = self.people["owner"]
        guests = [self.people[name] for name in ("invited", "joined", "left", "banned", "member")]
        room_id = await owner.create_room(
            preset="private_chat", invite=[guest.user_id for guest in guests]
        )
        for guest in guests[1:]:
            (await guest.join(room_id)).ok()
        self.values["roomId"] = self.values["roomIdOrAlias"] = room_id
        self.values["eventId"] = await owner.say(room_id, "oolong")
        name = room_id[1:].partition(":")[0]
        self.values["roomAlias"] = await self._alias(f"#a{name}:localhost")
        self.values["newAlias"] = f"#b{name}:localhost"
        path = f"/user/{segment(owner.user_id)}/rooms/{segment(room_id)}"
        (await owner.put(f"{path}/account_data/x.tea", {"a": 1})).ok()
        (await self.people["left"].leave(room_id)).ok()
        banned = {"user_id": self.people["banned"].user_id}
        (await owner.post(f"/rooms/{segment(room_id)}/ban", banned)).ok()

    async def _alias(self, alias: str) -> str:
        path = f"/directory/room/{segment(alias)}"
        owner = self.people["owner"]
        (await owner.put(path, {"room_id": self.values["roomId"]})).ok()
        return alias

    async def new_backup(self) -> None:
        owner = self.people["owner"]
        version = (await owner.post("/room_keys/version", BACKUP)).ok()["version"]
        self.values["version"] = version
        if "roomId" in self.values:
            path = f"/room_keys/keys/{segment(self.values['roomId'])}/session"
            (await owner.put(path, SESSION_KEY, version=version)).ok()

    async def prepare(self, operation: Operation) -> None:
        """Puts back what an earlier call has changed."""
        if operation.method != "GET" and ("room" in operation.path or "knock" in operation.path):
            await self.new_room()
        if "/room_keys/" in operation.path:
            await self.new_backup()
        if "/profile/" in operation.path:
            owner = self.people["owner"]
            path = f"/profile/{segment(owner.user_id)}/displayname"
            (await owner.put(path, {"displayname": "Tea"})).ok()

    async def put_right(self, operation: Operation) -> None:
        """After the last call of an operation that takes away what others need."""
        if operation.name in ("logout", "logout_all"):
            await self.sign_in_again()
        if operation.name == "forgetRoom":
            await self.new_room()

    async def sign_in_again(self) -> None:
        for person in self.people.values():
            if person.user_id:
                again = await sign_in(self.http, person.user_id)
                person.access_token, person.device_id = again.access_token, again.device_id
        self.values["deviceId"] = self.people["owner"].device_id

    async def call(
        self, operation: Operation, caller: Person, *, token: str | None = None, **other: str
    ) -> Answer:
        """`other` are values in place of the scene's."""
        call = CALLS.get(operation.name, Call())
        values = {"self": caller.user_id or self.values["userId"], **self.values, **other}
        path = path_of(operation, call, values)
        return await caller.call(operation.method, path, filled(call.body, values), token=token)


def path_of(operation: Operation, call: Call, values: dict[str, str]) -> str:
    parts = values | filled(call.path, values)
    path = PART.sub(lambda found: segment(parts[found[1]]), operation.path.strip())
    query = urlencode(filled(call.query, values))
    return f"{path}?{query}" if query else path


def filled(template: Any, values: dict[str, str]) -> Any:
    """`template` with the values that its texts name."""
    if isinstance(template, str):
        return values[template[1:]] if template.startswith("$") else template
    if isinstance(template, dict):
        return {filled(key, values): filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, values) for value in template]
    return template


async def sign_up_admin(http: httpx.AsyncClient) -> Person:
    path = "/_synapse/admin/v1/register"
    nonce = (await Person(http).get(path)).ok()["nonce"]
    signed = "\0".join((nonce, "admin", PASSWORD, "admin")).encode()
    body = {
        "nonce": nonce,
        "username": "admin",
        "password": PASSWORD,
        "admin": True,
        "mac": hmac.new(SECRET.encode(), signed, hashlib.sha1).hexdigest(),
    }
    (await Person(http).post(path, body)).ok()
    return await sign_in(http, "admin")
