"""What a client asks before it knows anything: versions, capabilities, well-known, health."""
