"""Whether the bucket keeps old versions, by what the store says of what it stores."""

from collections.abc import Mapping

import pytest

from blog.bucket.check.http import Answer, Http
from blog.bucket.check.target import Target
from tests.bucket.commands import settings_for
from tests.bucket.sabotage import BUCKET, failures, right_bucket


class NamesVersions(Http):
    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        return Answer(200, {"x-amz-version-id": "7e4f0a7e9d4b2c1f"}, b"")


@pytest.mark.parametrize(
    ("endpoint_url", "keeps_versions"),
    [
        ("https://0123abcd.r2.cloudflarestorage.com", False),
        ("https://s3.us-west-004.backblazeb2.com", True),
        (None, True),
    ],
)
def test_store_that_names_versions_and_keeps_none(
    endpoint_url: str | None, keeps_versions: bool
) -> None:
    target = Target(settings_for(endpoint_url))
    target.http = NamesVersions()

    target.ask("PUT", target.pending_key, body=target.content)

    assert target.keeps_versions is keeps_versions


def test_bucket_that_keeps_versions() -> None:
    with right_bucket() as bucket:
        bucket.owner.put_bucket_versioning(
            Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
        )
        results = bucket.check()

    # The embedded bucket expires nothing then.
    assert failures(results) == {"pending/ expires"}
    assert results["cleaned up"].outcome == "noted"
    assert results["cleaned up"].happened == "old versions are left"
