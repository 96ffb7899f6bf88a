"""Who is in a room, was in it, and what they are called there."""
