"""Rooms: events in order, state as intervals, membership, history."""
