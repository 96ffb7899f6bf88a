"""Receipts, read markers and typing: how far people have read, and who is writing."""
