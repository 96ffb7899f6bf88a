"""The Matrix homeserver: accounts, devices, rooms, sync, keys, media."""
