"""Application services: bridges and bots with a part of the names for themselves."""
