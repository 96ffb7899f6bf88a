"""Files: what is too large for the database, kept under names of their own."""

from teahouse.kit.objects.chunks import begun, read_chunks
from teahouse.kit.objects.incoming import one_chunk
from teahouse.kit.objects.local import LocalObjects
from teahouse.kit.objects.place import open_objects
from teahouse.kit.objects.store import ObjectStore, Received

__all__ = [
    "LocalObjects",
    "ObjectStore",
    "Received",
    "begun",
    "one_chunk",
    "open_objects",
    "read_chunks",
]
