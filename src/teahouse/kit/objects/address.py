"""Where files are kept, as the setting `objects` says it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class S3Address:
    """`s3://bucket/prefix?endpoint=https://…&region=…`; the keys stand in AWS_* variables."""

    bucket: str
    prefix: str
    endpoint: str | None
    region: str | None

    @property
    def is_plain_http(self) -> bool:
        return bool(self.endpoint and self.endpoint.startswith("http://"))

    def below(self, folder: str) -> str:
        return f"{self.prefix}/{folder}" if self.prefix else folder


def s3_address(url: str) -> S3Address:
    """Errors: ValueError in words for the operator."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError("objects must be an address such as s3://bucket/prefix?region=…")
    if "@" in parts.netloc or ":" in parts.netloc:
        raise ValueError("objects names a bucket; keys belong in AWS_* variables")
    options = dict(parse_qsl(parts.query))
    if unknown := sorted(options.keys() - {"endpoint", "region"}):
        raise ValueError(f"objects has unknown options: {', '.join(unknown)}")
    endpoint = options.get("endpoint")
    if endpoint is not None and not endpoint.startswith(("http://", "https://")):
        raise ValueError("the endpoint of objects must begin with https:// or http://")
    return S3Address(parts.netloc, parts.path.strip("/"), endpoint, options.get("region"))
