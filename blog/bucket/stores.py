"""What some stores lack of S3, and what to do there instead.

From their documentation (developers.cloudflare.com/r2/api/s3/api, www.backblaze.com/apidocs,
www.tigrisdata.com/docs/api/s3, garagehq.deuxfleurs.fr/documentation/reference-manual/
s3-compatibility); docs/bucket.md says more. Whether a store lacks something, its answer tells.
"""

from collections.abc import Iterator, Mapping

from blog.config import Settings
from blog.origins import is_loopback
from blog.storage.stores import Store, store_at

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


# Where it is another than for most.
INSTEAD: Mapping[str, Mapping[str, str]] = {
    "Cloudflare R2": {
        "public access": "Nothing to do: a bucket is closed until a domain is connected.",
        "policy": "Connect a domain of yours to the bucket (R2, the bucket, Settings, Custom"
        " Domains) and set MEDIA_URL to it. That opens all of the bucket to who knows a name:"
        " add a security rule (WAF) that blocks what does not begin with /media/ there.",
    },
    "Backblaze B2": {
        "public access": "Nothing to do: a bucket is private or public as a whole.",
        "policy": "A bucket is private or public as a whole. Keep it private, put a CDN before"
        " it that may read it and hands on /media/ alone, and set MEDIA_URL to it.",
    },
    "Tigris": {
        "policy": "Make the bucket public in Tigris's settings, without public listing. That"
        " opens all of it to who knows a name; those under pending/ cannot be guessed.",
    },
}


def lacks(store: Store, part: str) -> str:
    """A sentence for a part of the setup that the store turned out not to have."""
    instead = INSTEAD.get(store.name, {}).get(part, OTHERWISE[part])
    return f"{store.name} has nothing of the kind. {instead}"


def advice(settings: Settings) -> Iterator[str]:
    """What to set for the app itself, because of where the bucket is."""
    if is_loopback(settings.site_url) and not is_loopback(settings.endpoint_url or ""):
        yield (
            f"SITE_URL is {settings.site_url}: a blog elsewhere cannot upload here. Set SITE_URL to"
            " its address, and run this again."
        )
    store = store_at(settings.endpoint_url)
    if settings.upload_method == "post" and not store.has_post:
        yield f"{store.name} takes no forms (presigned POST): set S3_UPLOAD_METHOD=put."
    if "." in settings.bucket and settings.bucket_url.startswith(f"https://{settings.bucket}."):
        yield (
            "A name with dots is covered by no certificate of the store: browsers refuse"
            f" {settings.bucket_url}. Choose one without."
        )
