"""What some stores lack of S3, and what to do there instead.

From their documentation (developers.cloudflare.com/r2/api/s3/api, www.backblaze.com/apidocs,
www.tigrisdata.com/docs/api/s3, garagehq.deuxfleurs.fr/documentation/reference-manual/
s3-compatibility); docs/bucket.md says more. Whether a store lacks something, its answer tells.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from blog.config import Settings

OTHERWISE = {
    "ownership": "Nothing to do: it matters where single objects have access lists of their own.",
    "public access": "Nothing to do: it is a lock of AWS on what a policy opens.",
    "policy": "Open media/* for everybody to read by the store's own means, and nothing else: no"
    " listing, nothing of pending/. Where it opens whole buckets only, keep the bucket closed, put"
    " a proxy or CDN before it that hands on /media/ alone, and set MEDIA_URL to it.",
    "CORS": "Allow SITE_URL by the store's own means to send POST and PUT with content-type,"
    " if-none-match and x-amz-*, and expose ETag and Location. MinIO knows only"
    " MINIO_API_CORS_ALLOW_ORIGIN, for the whole server: set it to SITE_URL.",
    "lifecycle": "Run “flask media sweep” once a day: it takes away what was begun and forgotten.",
}


@dataclass(frozen=True, slots=True)
class Store:
    """A store by its name; `instead` is what to do about a part of the setup that it lacks."""

    name: str
    hosts: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)
    has_post: bool = True

    def lacks(self, part: str) -> str:
        """A sentence for a part that the store turned out not to have."""
        return f"{self.name} has nothing of the kind. {self.instead.get(part, OTHERWISE[part])}"


STORES = (
    Store(
        "Cloudflare R2",
        ("r2.cloudflarestorage.com",),
        {
            "public access": "Nothing to do: a bucket is closed until a domain is connected.",
            "policy": "Connect a domain of yours to the bucket (R2, the bucket, Settings, Custom"
            " Domains) and set MEDIA_URL to it. That opens all of the bucket to who knows a name:"
            " add a security rule (WAF) that blocks what does not begin with /media/ there.",
        },
        has_post=False,
    ),
    Store(
        "Backblaze B2",
        ("backblazeb2.com",),
        {
            "public access": "Nothing to do: a bucket is private or public as a whole.",
            "policy": "A bucket is private or public as a whole. Keep it private, put a CDN before"
            " it that may read it and hands on /media/ alone, and set MEDIA_URL to it.",
        },
        has_post=False,
    ),
    Store(
        "Tigris",
        ("storage.dev", "tigris.dev"),
        {
            "policy": "Make the bucket public in Tigris's settings, without public listing. That"
            " opens all of it to who knows a name; those under pending/ cannot be guessed.",
        },
    ),
)


def store_at(endpoint_url: str | None) -> Store:
    """The store behind this address; none is AWS."""
    host = urlsplit(endpoint_url or "").hostname
    if host is None or host.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return Store("AWS S3")
    for store in STORES:
        if any(host == known or host.endswith(f".{known}") for known in store.hosts):
            return store
    return Store("This store")


def advice(settings: Settings) -> Iterator[str]:
    """What to set for the app itself, because of where the bucket is."""
    store = store_at(settings.endpoint_url)
    if settings.upload_method == "post" and not store.has_post:
        yield f"{store.name} takes no forms (presigned POST): set S3_UPLOAD_METHOD=put."
    if "." in settings.bucket and settings.bucket_url.startswith(f"https://{settings.bucket}."):
        yield (
            "A name with dots is covered by no certificate of the store: browsers refuse"
            f" {settings.bucket_url}. Choose one without."
        )
