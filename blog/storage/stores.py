"""Which store keeps the bucket, by its address, and what of S3 it lacks.

From their documentation: developers.cloudflare.com/r2/api/s3/api,
www.backblaze.com/docs/cloud-storage-s3-compatible-api, www.tigrisdata.com/docs/api/s3.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

# What the embedded bucket calls itself in the Server header.
EMBEDDED_SERVER = "SignpostBucket"


@dataclass(frozen=True, slots=True)
class Store:
    """A store by its name and the hosts it is at."""

    name: str
    hosts: tuple[str, ...] = ()
    is_aws: bool = False
    # It answers "not implemented" to If-None-Match and refuses checksum headers.
    is_plain: bool = False
    has_post: bool = True  # presigned POST
    has_policies: bool = True  # for a key: else it holds for a whole bucket
    has_versions: bool = True  # else it keeps none, though it may name them


AWS = Store("AWS S3", ("amazonaws.com", "amazonaws.com.cn"), is_aws=True)

STORES = (
    AWS,
    Store(
        "Cloudflare R2",
        ("r2.cloudflarestorage.com",),
        has_post=False,
        has_policies=False,
        has_versions=False,
    ),
    Store("Backblaze B2", ("backblazeb2.com",), is_plain=True, has_post=False, has_policies=False),
    Store("Tigris", ("storage.dev", "tigris.dev")),
)


def store_at(endpoint_url: str | None) -> Store:
    """The store behind this address; none is AWS."""
    host = urlsplit(endpoint_url or "").hostname
    if host is None:
        return AWS
    for store in STORES:
        if any(host == known or host.endswith(f".{known}") for known in store.hosts):
            return store
    return Store("This store")
