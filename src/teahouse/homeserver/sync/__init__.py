"""Sync: what has changed for one person since a position of the log."""
