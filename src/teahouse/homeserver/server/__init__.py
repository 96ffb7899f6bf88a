"""The server's own identity, which its database must never see change."""
