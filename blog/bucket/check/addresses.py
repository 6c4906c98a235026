"""The addresses of one bucket: readers may come by another than the one that uploads go to."""

import re
from urllib.parse import urlsplit

from blog.config import Settings
from blog.origins import LOOPBACK
from blog.storage.stores import store_at


def is_of_bucket(url: str, settings: Settings) -> bool:
    """Whether this is an address of the bucket itself, and not of something before it."""
    if url == settings.bucket_url:
        return True
    place = _place(url, settings.bucket)
    if place and store_at(settings.endpoint_url).is_aws:
        _, host, _ = place
        return bool(re.fullmatch(_hosts_at_aws(settings.region), host))
    return place is not None and place == _place(settings.bucket_url, settings.bucket)


def _place(url: str, bucket: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of the store, where the address names the bucket in one of the two
    styles."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not parts.path and host.startswith(f"{bucket}."):
        host = host.removeprefix(f"{bucket}.")
    elif parts.path != f"/{bucket}":
        return None
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, "localhost" if host in LOOPBACK else host, port


def _hosts_at_aws(region: str) -> str:
    """A pattern. https://docs.aws.amazon.com/general/latest/gr/s3.html and
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html"""
    name = re.escape(region)
    return (
        rf"s3([.-]{name}|\.dualstack\.{name}|-website[.-]{name}|-accelerate(\.dualstack)?)?"
        r"\.amazonaws\.com"
    )
