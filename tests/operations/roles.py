"""Who gets what answer from each operation, of those who stand in different relations to its room.

The statuses are those of well-formed calls by, in this order:
anonymous stranger invited joined left banned owner admin
The path names the owner, the owner's things, and a private room of theirs, its history shared.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    why: str
    statuses: str
    operations: str


RULES = (
    Rule(
        "Anybody, signed in or not",
        "200 200 200 200 200 200 200 200",
        """
        checkUsernameAvailability getLoginFlows getProfileField getPublicRooms getRoomIdByAlias
        getUserProfile getVersions getWellknown login registrationTokenValidity
        """,
    ),
    Rule(
        "Each for themselves: their own account, devices, keys, rules and rooms",
        "401 200 200 200 200 200 200 200",
        """
        claimKeys createRoom getAccount3PIDs getCapabilities getConfig getConfigAuthed getDevices
        getEvents getJoinedRooms getKeysChanges getMutualRooms getNotifications getPushRules
        getPushRulesGlobal getPushers getTokenOwner getTurnServer initialSync logout logout_all
        postPusher postRoomKeysVersion queryKeys queryPublicRooms search searchUserDirectory
        sendToDevice setPushRule setPushRuleActions setPushRuleEnabled sync uploadContent
        uploadCrossSigningSignatures uploadKeys createContent unbind3pidFromAccount
        delete3pidFromAccount getProtocols
        """,
    ),
    Rule(
        "Whoever knows the address of a file may load it",
        "401 200 200 200 200 200 200 200",
        "getContentAuthed getContentOverrideNameAuthed",
    ),
    Rule(
        "A file that is no picture has no thumbnail; keys to sign with are asked for",
        "401 400 400 400 400 400 400 400",
        "getContentThumbnailAuthed uploadCrossSigningKeys",
    ),
    Rule(
        "So do old clients; what needs no token are files of long ago",
        "404 200 200 200 200 200 200 200",
        "getContent getContentOverrideName",
    ),
    Rule(
        "As above of what is no picture",
        "404 400 400 400 400 400 400 400",
        "getContentThumbnail",
    ),
    Rule(
        "Whoever has an account may tell of harm, in any room and by anybody",
        "401 200 200 200 200 200 200 200",
        "reportRoom reportUser",
    ),
    Rule(
        "The password is asked for first; what opens nothing is refused",
        "401 401 401 401 401 401 401 401",
        """
        changePassword deactivateAccount deleteDevice deleteDevices generateLoginToken
        refresh register
        """,
    ),
    Rule(
        "The owner's own; to others it is forbidden",
        "401 403 403 403 403 403 200 403",
        """
        defineFilter deleteProfileField deleteRoomTag getAccountData getAccountDataPerRoom
        getFilter getRoomTags requestOpenIdToken setAccountData setAccountDataPerRoom setPresence
        setProfileField setRoomTag
        """,
    ),
    Rule(
        "The owner's own; others have none of that name",
        "401 404 404 404 404 404 200 404",
        """
        deletePushRule deleteRoomKeyBySessionId deleteRoomKeys deleteRoomKeysByRoomId
        deleteRoomKeysVersion getDevice getPushRule getPushRuleActions getRoomKeyBySessionId
        getRoomKeys getRoomKeysByRoomId getRoomKeysVersion getRoomKeysVersionCurrent
        isPushRuleEnabled putRoomKeyBySessionId putRoomKeys putRoomKeysByRoomId
        putRoomKeysVersion updateDevice
        """,
    ),
    Rule(
        "The owner's upload, which others can't fill",
        "401 403 403 403 403 403 200 403",
        "uploadContentToMXC",
    ),
    Rule(
        "A member, and who was one sees what was said until then",
        "401 403 403 200 200 200 200 403",
        """
        getEventByTimestamp getEventContext getMembersByRoom getRoomEvents getRoomState
        getRoomStateWithKey getThreadRoots peekEvents roomInitialSync
        """,
    ),
    Rule(
        "The same, but an event that may not be seen looks like one that is not there",
        "401 404 404 200 200 200 200 404",
        """
        getOneEvent getOneRoomEvent getRelatingEvents getRelatingEventsWithRelType
        getRelatingEventsWithRelTypeAndEventType
        """,
    ),
    Rule(
        "Members only; presence is for those who share a room",
        "401 403 403 200 403 403 200 403",
        """
        getJoinedMembersByRoom getLocalAliases getPresence inviteUser postReceipt sendMessage
        setReadMarker setRoomAlias setTyping
        """,
    ),
    Rule(
        "Members with the power to do so",
        "401 403 403 403 403 403 200 403",
        "ban kick redactEvent setRoomStateWithKey unban upgradeRoom",
    ),
    Rule("A member, of what they see", "401 404 404 200 404 404 200 404", "reportEvent"),
    Rule(
        "Members and who is invited: the room as it looks from outside",
        "404 404 200 200 404 404 200 404",
        "getRoomSummary",
    ),
    Rule("The same, by a token", "401 403 200 200 403 403 200 403", "getSpaceHierarchy"),
    Rule(
        "Who is invited, or in the room already",
        "401 403 200 200 403 403 200 403",
        "joinRoom joinRoomById",
    ),
    Rule(
        "Nobody: the room is not one to knock on; no invitation goes through an identity server",
        "401 403 403 403 403 403 403 403",
        "knockRoom inviteBy3PID",
    ),
    Rule("Who is in it or invited, and again", "401 403 200 200 200 403 200 403", "leaveRoom"),
    Rule("Who is no longer in it", "401 403 400 400 200 200 400 403", "forgetRoom"),
    Rule("Who made the name, and the admin", "401 403 403 403 403 403 200 200", "deleteRoomAlias"),
    Rule(
        "Members learn whether it is published",
        "404 404 404 200 404 404 200 404",
        "getRoomVisibilityOnDirectory",
    ),
    Rule(
        "Members with the power; to others the room is not there",
        "401 404 404 403 404 404 200 404",
        "setRoomVisibilityOnDirectory",
    ),
    Rule(
        "The server's admin",
        "401 403 403 403 403 403 403 200",
        "getAdminLockUser getAdminSuspendUser setAdminLockUser setAdminSuspendUser",
    ),
    Rule("The account itself, and the admin", "401 403 403 403 403 403 200 200", "getWhoIs"),
    Rule(
        "Refused here, whoever asks",
        "404 404 404 404 404 404 404 404",
        """
        getAuthMetadata getWellknownPolicy getWellknownSupport redirectToIdP redirectToSSO
        """,
    ),
    Rule(
        "Previews are off",
        "401 404 404 404 404 404 404 404",
        "getUrlPreview getUrlPreviewAuthed",
    ),
    Rule(
        "There is no bridge that knows of it",
        "401 404 404 404 404 404 404 404",
        """
        getProtocolMetadata queryLocationByAlias queryLocationByProtocol queryUserByID
        queryUserByProtocol
        """,
    ),
    Rule(
        "An address that was not proven",
        "401 403 403 403 403 403 403 403",
        "add3PID post3PIDs",
    ),
    Rule("No identity server is asked", "401 400 400 400 400 400 400 400", "bind3PID"),
    Rule(
        "Bridges only",
        "401 403 403 403 403 403 403 403",
        "pingAppservice updateAppserviceRoomDirectoryVisibility",
    ),
    Rule(
        "The same, in the words for the addresses of an account",
        "400 400 400 400 400 400 400 400",
        "requestTokenTo3PIDEmail requestTokenTo3PIDMSISDN",
    ),
    Rule(
        "No mail and no short messages are sent",
        "403 403 403 403 403 403 403 403",
        """
        requestTokenToRegisterEmail requestTokenToRegisterMSISDN requestTokenToResetPasswordEmail
        requestTokenToResetPasswordMSISDN
        """,
    ),
)

STATUSES: dict[str, list[int]] = {
    name: [int(status) for status in rule.statuses.split()]
    for rule in RULES
    for name in rule.operations.split()
}
