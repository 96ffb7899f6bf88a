"""A room of a newer version takes the place of another."""
