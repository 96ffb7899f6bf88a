"""The place that the operator chose for files."""

from __future__ import annotations

from pathlib import Path

from teahouse.kit.objects.address import s3_address
from teahouse.kit.objects.local import LocalObjects
from teahouse.kit.objects.store import ObjectStore


def open_objects(url: str, folder: Path, kind: str) -> ObjectStore:
    """Objects of a kind: in a folder of `folder`, or in the S3 storage that `url` names.

    Errors: ValueError in words for the operator.
    """
    if not url:
        return LocalObjects(folder / kind)
    # Loaded only when it is used: it is large.
    from teahouse.kit.objects.s3 import S3Objects

    return S3Objects(s3_address(url), kind, folder / "incoming" / kind)
