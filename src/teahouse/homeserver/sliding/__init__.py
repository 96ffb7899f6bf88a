"""Sliding sync: the newest rooms first, and of each what the client asks for."""
