"""Files: what is too large for the database, kept under names of their own."""

from teahouse.kit.objects.chunks import read_chunks
from teahouse.kit.objects.local import LocalObjects
from teahouse.kit.objects.store import Added, ObjectStore

__all__ = ["Added", "LocalObjects", "ObjectStore", "read_chunks"]
