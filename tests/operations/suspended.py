"""What a person may do whose account is suspended, of everything that they might do otherwise.

Source: client-server API, "Account suspension": which list is the server's to make; what it says
that servers should allow, is allowed.
"""

from __future__ import annotations

ALLOWED = {
    "Sign in, more devices too, and out": """
        login logout logout_all refresh generateLoginToken getLoginFlows getTokenOwner
        redirectToIdP redirectToSSO getAuthMetadata register checkUsernameAvailability
        registrationTokenValidity
        """,
    "See and receive messages": """
        sync getEvents peekEvents initialSync roomInitialSync getRoomEvents getEventContext
        getEventByTimestamp getOneEvent getOneRoomEvent getThreadRoots getRelatingEvents
        getRelatingEventsWithRelType getRelatingEventsWithRelTypeAndEventType getRoomState
        getRoomStateWithKey getMembersByRoom getJoinedMembersByRoom getJoinedRooms getMutualRooms
        getNotifications search defineFilter getFilter postReceipt setReadMarker
        """,
    "Look at what others may look at": """
        getProfileField getUserProfile getPresence searchUserDirectory getRoomSummary
        getSpaceHierarchy getPublicRooms queryPublicRooms getRoomIdByAlias getLocalAliases
        getRoomVisibilityOnDirectory getVersions getWellknown getWellknownPolicy
        getWellknownSupport getCapabilities getTurnServer getProtocols getProtocolMetadata
        queryLocationByAlias queryLocationByProtocol queryUserByID queryUserByProtocol
        """,
    "Load files": """
        getConfig getConfigAuthed getContent getContentAuthed getContentOverrideName
        getContentOverrideNameAuthed getContentThumbnail getContentThumbnailAuthed getUrlPreview
        getUrlPreviewAuthed
        """,
    "Verify devices, keep keys and cross-signing, and delete devices": """
        uploadKeys queryKeys claimKeys getKeysChanges uploadCrossSigningKeys
        uploadCrossSigningSignatures sendToDevice getDevices getDevice deleteDevice
        deleteDevices postRoomKeysVersion getRoomKeysVersion getRoomKeysVersionCurrent
        putRoomKeysVersion deleteRoomKeysVersion putRoomKeys getRoomKeys deleteRoomKeys
        putRoomKeysByRoomId getRoomKeysByRoomId deleteRoomKeysByRoomId putRoomKeyBySessionId
        getRoomKeyBySessionId deleteRoomKeyBySessionId
        """,
    "Keep what only they see: settings, secrets, tags, and what they are notified of": """
        getAccountData setAccountData getAccountDataPerRoom setAccountDataPerRoom getRoomTags
        setRoomTag deleteRoomTag getPushRules getPushRulesGlobal getPushRule setPushRule
        deletePushRule getPushRuleActions setPushRuleActions isPushRuleEnabled setPushRuleEnabled
        getPushers postPusher
        """,
    "Leave rooms, reject invitations, take back what they said": "leaveRoom forgetRoom redactEvent",
    "Close the account, change its password, add addresses by which they are reached": """
        deactivateAccount changePassword getAccount3PIDs add3PID post3PIDs bind3PID
        requestTokenTo3PIDEmail requestTokenTo3PIDMSISDN requestTokenToRegisterEmail
        requestTokenToRegisterMSISDN requestTokenToResetPasswordEmail
        requestTokenToResetPasswordMSISDN
        """,
    "Tell of harm that is done to them": "reportEvent reportRoom reportUser",
    "What is for bridges, and for administrators: who is suspended is neither": """
        pingAppservice updateAppserviceRoomDirectoryVisibility getAdminLockUser
        getAdminSuspendUser setAdminLockUser setAdminSuspendUser getWhoIs
        """,
}

REFUSED = {
    "Speak, also by what one is doing": """
        sendMessage setTyping setPresence setProfileField deleteProfileField
        """,
    "Name devices, which others see": "updateDevice",
    "Act in rooms and on others": """
        setRoomStateWithKey inviteUser inviteBy3PID kick ban unban upgradeRoom
        """,
    "Come into rooms, and make them": "createRoom joinRoom joinRoomById knockRoom",
    "Publish": """
        setRoomAlias deleteRoomAlias setRoomVisibilityOnDirectory uploadContent createContent
        uploadContentToMXC
        """,
    "Prove to others who one is, as to calls, where one would speak": "requestOpenIdToken",
    "Take addresses off the account, by which its owner is known": """
        delete3pidFromAccount unbind3pidFromAccount
        """,
}


def named(table: dict[str, str]) -> list[str]:
    return [name for names in table.values() for name in names.split()]
