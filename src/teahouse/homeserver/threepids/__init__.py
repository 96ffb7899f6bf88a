"""Third-party IDs: e-mail addresses of accounts, and the proof that somebody reads a mailbox."""
