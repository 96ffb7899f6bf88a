"""Policies: the documents that somebody accepts when they make an account."""
