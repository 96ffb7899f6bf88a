"""Media as whoever runs the server names it."""

from __future__ import annotations

from teahouse.homeserver.media.service import MediaLibrary
from teahouse.kit.errors import invalid_param


def media_id_of(media: MediaLibrary, address: str) -> str:
    """Of an mxc:// address. Errors: M_INVALID_PARAM when it is none of this server."""
    server_name, _, media_id = address.removeprefix("mxc://").partition("/")
    if not address.startswith("mxc://") or not media.is_own(server_name, media_id):
        raise invalid_param("This is no mxc:// address of this server")
    return media_id
