"""Copies of a whole server, made while it runs, and put back into an empty place."""
