"""Tickets: short-lived tokens, to sign another device in and to say elsewhere who one is."""
