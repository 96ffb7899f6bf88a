"""Accounts: who is here, how they prove it, and what they show of themselves."""
