"""The object store's promises that no page shows."""

import pytest

from blog.config import Settings
from blog.storage import ObjectStore


def store(**changes: str) -> ObjectStore:
    return ObjectStore(
        Settings(
            secret_key="",
            database_url="",
            site_url="",
            bucket="pictures",
            region="eu-central-1",
            access_key_id="key",
            secret_access_key="secret",
            **changes,  # type: ignore[arg-type]
        )
    )


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "https://pictures.s3.eu-central-1.amazonaws.com/media/a.jpg"),
        ({"media_url": "https://cdn.example.com"}, "https://cdn.example.com/media/a.jpg"),
        (
            {"endpoint_url": "http://127.0.0.1:9000", "addressing_style": "path"},
            "http://127.0.0.1:9000/pictures/media/a.jpg",
        ),
    ],
)
def test_readers_get_pictures_from_where_the_settings_say(
    changes: dict[str, str], url: str
) -> None:
    assert store(**changes).url("media/a.jpg") == url


def test_uploads_go_to_the_regional_address() -> None:
    # The global one redirects for new buckets elsewhere, and a redirect breaks CORS.
    upload = store().sign_upload("pending/a", content_type="image/png", size=3, sha256="00" * 32)

    assert upload.url == "https://pictures.s3.eu-central-1.amazonaws.com/"
    assert upload.fields is not None
    assert upload.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
