"""A well-formed call of every operation: what stands in its path, its query and its body.

A text that begins with `$` is a value of the scene.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    """What differs from the scene's value of the same name."""


PASSWORD_LOGIN = {
    "type": "m.login.password",
    "identifier": {"type": "m.id.user", "user": "$userId"},
    "password": "$password",
}
EMAIL = {"client_secret": "s3cret", "email": "owner@teahouse.example", "send_attempt": 1}
PHONE = {"client_secret": "s3cret", "country": "DE", "phone_number": "030123", "send_attempt": 1}
THIRD_PARTY_ID = {"medium": "email", "address": "owner@teahouse.example"}
SESSION = {"client_secret": "s3cret", "sid": "nosession"}
BACKUP = {"algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": {"public_key": "k"}}
SESSION_KEY = {
    "first_message_index": 0,
    "forwarded_count": 0,
    "is_verified": False,
    "session_data": {"ciphertext": "c"},
}
TARGET = {"user_id": "$target"}
VERSION = {"version": "$version"}
SIZE = {"width": "32", "height": "32"}
FRESH_TYPE = {"eventType": "x.tea"}
PAGE = {"url": "https://teahouse.example/"}
PROTOCOL = {"protocol": "irc"}

CALLS: dict[str, Call] = {
    "add3PID": Call(SESSION),
    "ban": Call(TARGET),
    "bind3PID": Call({**SESSION, "id_server": "id.example", "id_access_token": "t"}),
    "changePassword": Call({"new_password": "another fine pot"}),
    "checkUsernameAvailability": Call(query={"username": "dorothy"}),
    "claimKeys": Call({"one_time_keys": {"$userId": {"$deviceId": "signed_curve25519"}}}),
    "createRoom": Call({"name": "Tea"}),
    "deactivateAccount": Call({}),
    "defineFilter": Call({"room": {"timeline": {"limit": 7}}}),
    "delete3pidFromAccount": Call(THIRD_PARTY_ID),
    "deleteDevice": Call({}),
    "deleteDevices": Call({"devices": ["NODEVICE"]}),
    "deleteRoomKeyBySessionId": Call(query=VERSION),
    "deleteRoomKeys": Call(query=VERSION),
    "deleteRoomKeysByRoomId": Call(query=VERSION),
    "generateLoginToken": Call({}),
    "getContentThumbnail": Call(query=SIZE),
    "getContentThumbnailAuthed": Call(query=SIZE),
    "getEventByTimestamp": Call(query={"ts": "0", "dir": "f"}),
    "getEvents": Call(query={"timeout": "0"}),
    "getKeysChanges": Call(query={"from": "$since", "to": "$since"}),
    "getMutualRooms": Call(query={"user_id": "$member"}),
    "getRoomEvents": Call(query={"dir": "b"}),
    "getRoomKeyBySessionId": Call(query=VERSION),
    "getRoomKeys": Call(query=VERSION),
    "getRoomKeysByRoomId": Call(query=VERSION),
    "getUrlPreview": Call(query=PAGE),
    "getUrlPreviewAuthed": Call(query=PAGE),
    "inviteBy3PID": Call({"id_server": "id.example", "id_access_token": "t", **THIRD_PARTY_ID}),
    "inviteUser": Call(TARGET),
    "joinRoom": Call({}),
    "joinRoomById": Call({}),
    "kick": Call({"user_id": "$member"}),
    "knockRoom": Call({}),
    "leaveRoom": Call({}),
    "login": Call(PASSWORD_LOGIN),
    "peekEvents": Call(query={"room_id": "$roomId", "timeout": "0"}),
    "pingAppservice": Call({}),
    "post3PIDs": Call({"three_pid_creds": SESSION}),
    "postPusher": Call(
        {
            "app_display_name": "Tea",
            "app_id": "im.teahouse.test",
            "data": {"url": "https://push.example/_matrix/push/v1/notify"},
            "device_display_name": "Phone",
            "kind": "http",
            "lang": "en",
            "pushkey": "key",
        }
    ),
    "postReceipt": Call({}, path={"receiptType": "m.read"}),
    "postRoomKeysVersion": Call(BACKUP),
    "putRoomKeyBySessionId": Call(SESSION_KEY, VERSION),
    "putRoomKeys": Call(
        {"rooms": {"$roomId": {"sessions": {"other": SESSION_KEY}}}},
        VERSION,
    ),
    "putRoomKeysByRoomId": Call({"sessions": {"other": SESSION_KEY}}, VERSION),
    "putRoomKeysVersion": Call(BACKUP),
    "queryKeys": Call({"device_keys": {"$userId": []}}),
    "queryLocationByAlias": Call(query={"alias": "$roomAlias"}),
    "queryLocationByProtocol": Call(path=PROTOCOL),
    "queryPublicRooms": Call({}),
    "queryUserByID": Call(query={"userid": "$userId"}),
    "queryUserByProtocol": Call(path=PROTOCOL),
    "getProtocolMetadata": Call(path=PROTOCOL),
    "redactEvent": Call({}),
    "redirectToIdP": Call(query={"redirectUrl": "https://app.example/"}),
    "redirectToSSO": Call(query={"redirectUrl": "https://app.example/"}),
    "refresh": Call({"refresh_token": "none"}),
    "register": Call({"username": "dorothy", "password": "$password"}),
    "registrationTokenValidity": Call(query={"token": "none"}),
    "reportEvent": Call({"reason": "cold"}),
    "reportRoom": Call({"reason": "cold"}),
    "reportUser": Call({"reason": "cold"}),
    "requestOpenIdToken": Call({}),
    "requestTokenTo3PIDEmail": Call(EMAIL),
    "requestTokenTo3PIDMSISDN": Call(PHONE),
    "requestTokenToRegisterEmail": Call(EMAIL),
    "requestTokenToRegisterMSISDN": Call(PHONE),
    "requestTokenToResetPasswordEmail": Call(EMAIL),
    "requestTokenToResetPasswordMSISDN": Call(PHONE),
    "search": Call({"search_categories": {"room_events": {"search_term": "oolong"}}}),
    "searchUserDirectory": Call({"search_term": "owner"}),
    "sendMessage": Call({"msgtype": "m.text", "body": "tea?"}),
    "sendToDevice": Call({"messages": {"$userId": {"*": {"a": 1}}}}, path=FRESH_TYPE),
    "setAccountData": Call({"a": 1}),
    "setAccountDataPerRoom": Call({"a": 1}),
    "setAdminLockUser": Call({"locked": False}, path={"userId": "$victim"}),
    "setAdminSuspendUser": Call({"suspended": False}, path={"userId": "$victim"}),
    "getAdminLockUser": Call(path={"userId": "$victim"}),
    "getAdminSuspendUser": Call(path={"userId": "$victim"}),
    "setPresence": Call({"presence": "online"}),
    "setProfileField": Call({"displayname": "Tea"}),
    "deletePushRule": Call(path={"ruleId": "doomed"}),
    "setPushRule": Call({"actions": ["notify"], "pattern": "tea"}),
    "setPushRuleActions": Call({"actions": ["notify"]}),
    "setPushRuleEnabled": Call({"enabled": True}),
    "setReadMarker": Call({"m.fully_read": "$eventId"}),
    "setRoomAlias": Call({"room_id": "$roomId"}, path={"roomAlias": "$newAlias"}),
    "setRoomStateWithKey": Call(
        {"topic": "tea"}, path={"eventType": "m.room.topic", "stateKey": ""}
    ),
    "getRoomStateWithKey": Call(path={"eventType": "m.room.create", "stateKey": ""}),
    "setRoomTag": Call({"order": 0.5}),
    "setRoomVisibilityOnDirectory": Call({"visibility": "private"}),
    "setTyping": Call({"typing": False}, path={"userId": "$self"}),
    "sync": Call(query={"timeout": "0"}),
    "unban": Call({"user_id": "$banned"}),
    "unbind3pidFromAccount": Call(THIRD_PARTY_ID),
    "updateAppserviceRoomDirectoryVisibility": Call({"visibility": "private"}),
    "updateDevice": Call({"display_name": "Tea"}),
    "upgradeRoom": Call({"new_version": "11"}),
    "uploadContent": Call(b"tea"),
    "uploadContentToMXC": Call(b"tea", path={"mediaId": "$ownMediaId"}),
    "uploadCrossSigningKeys": Call({}),
    "uploadCrossSigningSignatures": Call({}),
    "uploadKeys": Call({}),
}
"""Operations that are not here have neither a body nor a query that they need."""
