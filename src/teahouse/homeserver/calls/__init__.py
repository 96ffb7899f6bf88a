"""Calls: where clients find a relay for voice and video."""
