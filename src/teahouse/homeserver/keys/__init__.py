"""Public keys of users and devices, for end-to-end encryption, and backups of encrypted keys."""
