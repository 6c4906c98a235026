"""Stores that do not keep what a signature says: the check finds exactly that."""

import pytest

from blog.local.server import BucketServer
from blog.storage import ObjectStore
from tests.bucket import lenient
from tests.bucket.sabotage import BUCKET, failures, right_bucket


@pytest.mark.parametrize(
    ("clerk", "name"),
    [
        (lenient.ForgetsKeys, "refused: another key"),
        (lenient.ForgetsTypes, "refused: another type"),
        (lenient.ForgetsSizes, "refused: another size"),
        (lenient.ForgetsTime, "refused: an expired policy"),
        (lenient.ForgetsSignatures, "refused: a changed policy"),
        (lenient.TakesAnyField, "refused: an extra field"),
        (lenient.BelievesChecksums, "refused: other bytes"),
    ],
)
def test_store_that_does_not_enforce(clerk: type[lenient.Clerk], name: str) -> None:
    with right_bucket(lenient.store(clerk)) as bucket:
        results = bucket.check()

        assert bucket.keys() == []
    assert failures(results) == {name}
    assert "another store" in results[name].fix


def test_store_that_believes_signed_addresses() -> None:
    """The same attacks where uploads go by PUT: each of them gets through, and is found."""
    with right_bucket(lenient.store(lenient.BelievesAddresses)) as bucket:
        results = bucket.check(upload_method="put")

        assert bucket.keys() == []
    refusals = {name for name in results if name.startswith("refused: ")}
    assert failures(results) == refusals - {"refused: other bytes"}
    assert results["refused: other bytes"].outcome == "noted"


def test_store_that_ignores_checksums() -> None:
    with right_bucket(lenient.store(lenient.ForgetsChecksums)) as bucket:
        results = bucket.check()

    assert not failures(results)
    assert results["refused: other bytes"].outcome == "noted"
    assert results["refused: other bytes"].happened == "verified by read-back instead"


def test_store_without_presigned_post() -> None:
    with right_bucket(lenient.store(lenient.KnowsNoPost)) as bucket:
        results = bucket.check()

        assert failures(results) == {"an upload"}
        assert results["an upload"].fix == "Set S3_UPLOAD_METHOD=put."
        assert not failures(bucket.check(upload_method="put"))


def test_embedded_bucket_is_known_by_its_own_name() -> None:
    """Any other server made with Werkzeug may be a store that does not tell what expires."""
    outcomes = {}
    for kind in (BucketServer, lenient.store(lenient.Clerk)):
        with right_bucket(kind) as bucket:
            bucket.owner.delete_bucket_lifecycle(Bucket=BUCKET)
            outcomes[kind] = bucket.check()["pending/ expires"].outcome

    assert list(outcomes.values()) == ["failed", "skipped"]


def test_a_name_that_ends_like_that_of_a_plain_store_is_another() -> None:
    with right_bucket() as bucket:
        for host, has_checksum in (("notbackblazeb2.com", True), ("s3.backblazeb2.com", False)):
            store = ObjectStore(bucket.settings(endpoint_url=f"https://{host}"))
            upload = store.sign_part("media/a", "id", 1, size=1, sha256="00" * 32)

            assert ("x-amz-checksum-sha256" in (upload.headers or {})) is has_checksum
