"""Files: what is too large for the database, kept under names of their own."""

from teahouse.kit.objects.chunks import read_chunks

__all__ = ["read_chunks"]
