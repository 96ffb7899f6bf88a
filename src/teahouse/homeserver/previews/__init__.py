"""Previews of pages that people link to."""
