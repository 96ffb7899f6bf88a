"""What a user's clients keep on the server: account data, tags, filters."""
