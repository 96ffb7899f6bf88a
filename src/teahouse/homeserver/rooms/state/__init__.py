"""A room's state, at one position and between two."""
