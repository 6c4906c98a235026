"""Stores whose keys hold for a whole bucket: there is nothing less to give to the app."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Response

from tests.bucket import lenient
from tests.bucket.sabotage import BUCKET, failures, right_bucket

KEY_OF_BUCKET = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["s3:ListBucket", "s3:ListBucketMultipartUploads"],
            "Resource": f"arn:aws:s3:::{BUCKET}",
        },
        {
            "Effect": "Allow",
            "Action": [
                *("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
                *("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"),
            ],
            "Resource": f"arn:aws:s3:::{BUCKET}/*",
        },
    ],
}
ELSEWHERE = {f"key: {verb} elsewhere" for verb in ("reading", "writing", "deleting")}


class HasNoPolicies(lenient.Clerk):
    """Like Garage."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET" and environ["QUERY_STRING"] == "policy=":
            body = b"<Error><Code>NotImplemented</Code></Error>"
            answer = Response(body, 501, content_type="application/xml")
            return answer(environ, start_response)
        return super().__call__(environ, start_response)


def test_key_of_a_whole_bucket_where_the_store_has_no_lesser_ones() -> None:
    with right_bucket(lenient.store(HasNoPolicies), policy=KEY_OF_BUCKET) as bucket:
        results = bucket.check()

        assert bucket.keys() == []
    assert not failures(results)
    for name in ELSEWHERE:
        assert results[name].outcome == "noted"
        assert results[name].cause == "This store's keys hold for a whole bucket."
        assert "for this blog alone" in results[name].fix


def test_key_of_a_whole_bucket_where_the_store_has_lesser_ones() -> None:
    with right_bucket(policy=KEY_OF_BUCKET) as bucket:
        results = bucket.check()

    assert failures(results) == ELSEWHERE
