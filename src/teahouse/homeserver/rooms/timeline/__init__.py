"""What happened in a room: stored, in pages, around a place, and as the bytes that clients get."""
