"""The check takes nothing away that is not its own, whatever the store does to it."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.wrappers import Response

from blog.bucket.check import check_bucket
from blog.bucket.policies import app_policy
from blog.local import signature
from blog.local.body import Incoming
from blog.local.errors import Refusal, access_denied
from blog.local.operations import Answer
from blog.local.request import S3Request
from blog.storage import ObjectStore
from tests.bucket import lenient
from tests.bucket.sabotage import BUCKET, RightBucket, failures, right_bucket

SETTINGS = "key: the bucket's settings"


class IgnoresPrefixes(lenient.Clerk):
    """Lists everything, whatever was asked for, and loses the answer to a check that begins an
    upload in parts."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_begun = environ["REQUEST_METHOD"] == "POST" and environ["QUERY_STRING"] == "uploads"
        if is_begun and "signpost-check" in environ["PATH_INFO"]:
            return Response("lost", 500)(environ, start_response)
        return super().__call__(environ, start_response)

    def answer(self, request: S3Request, incoming: Incoming) -> Answer:
        if request.method == "GET" and not request.key and "prefix" in request.parameters:
            signature.authenticate(request, self.users, self.clock())
            rest = tuple(pair for pair in request.query if pair[0] != "prefix")
            return self.operations.perform(replace(request, query=rest), b"")
        return super().answer(request, incoming)


def test_uploads_of_others_go_on_where_the_store_lists_too_much() -> None:
    with right_bucket(lenient.store(IgnoresPrefixes)) as bucket:
        bucket.owner.create_multipart_upload(Bucket=BUCKET, Key="media/authors-video.mp4")
        results = bucket.check()

        assert bucket.keys() == ["media/authors-video.mp4"]
    assert "in parts: begun" in failures(results)


def test_only_what_was_asked_for_is_listed() -> None:
    """A sweep deletes what is listed below pending/."""
    with right_bucket(lenient.store(IgnoresPrefixes)) as bucket:
        bucket.owner.put_object(Bucket=BUCKET, Key="media/picture.webp", Body=b"")
        bucket.owner.put_object(Bucket=BUCKET, Key="pending/begun", Body=b"")
        bucket.owner.create_multipart_upload(Bucket=BUCKET, Key="private/video.mp4")
        store = ObjectStore(bucket.settings())

        assert [found.key for found in store.objects("pending/")] == ["pending/begun"]
        assert list(store.open_uploads("media/")) == []


def more(*actions: str) -> dict[str, Any]:
    policy = app_policy(BUCKET)
    extra = {"Effect": "Allow", "Action": list(actions), "Resource": f"arn:aws:s3:::{BUCKET}"}
    return {**policy, "Statement": [*policy["Statement"], extra]}


def policy_of(bucket: RightBucket) -> Any:
    return json.loads(bucket.owner.get_bucket_policy(Bucket=BUCKET)["Policy"])


@pytest.mark.parametrize(
    ("clerk", "happened"),
    [
        (lenient.TakesAnyPolicy, "policy can be changed"),
        (lenient.TakesAnyPolicyAndFails, "502"),
    ],
)
def test_policy_that_was_taken_is_put_back(clerk: type[lenient.Clerk], happened: str) -> None:
    policy = more("s3:GetBucketPolicy", "s3:PutBucketPolicy")
    with right_bucket(lenient.store(clerk), policy=policy) as bucket:
        before = policy_of(bucket)
        results = bucket.check()

        assert policy_of(bucket) == before
    assert failures(results) == {SETTINGS}
    assert results[SETTINGS].happened == happened


def test_policy_that_was_taken_is_put_back_after_ctrl_c() -> None:
    policy = more("s3:GetBucketPolicy", "s3:PutBucketPolicy")
    kind = lenient.store(lenient.TakesAnyPolicyAndInterrupts)
    with right_bucket(kind, policy=policy) as bucket:
        before = policy_of(bucket)
        with pytest.raises(KeyboardInterrupt):
            list(check_bucket(bucket.settings()))

        assert policy_of(bucket) == before


def test_nothing_is_tried_on_what_could_not_be_put_back() -> None:
    kind = lenient.store(lenient.TakesAnyPolicy)
    with right_bucket(kind, policy=more("s3:PutBucketPolicy")) as bucket:
        before = policy_of(bucket)
        results = bucket.check()

        assert policy_of(bucket) == before
    assert not failures(results)
    assert results[SETTINGS].outcome == "skipped"
    assert "policy" in results[SETTINGS].happened


def test_policy_that_cannot_be_put_back_is_told() -> None:
    class TakesItOnce(lenient.TakesAnyPolicy):
        """And refuses the next one, which would put it back."""

        is_taken = False

        def taken(self) -> None:
            self.is_taken = True

        def answer(self, request: S3Request, incoming: Incoming) -> Answer:
            if self.is_taken and request.method == "PUT" and request.subresource == "policy":
                raise access_denied()
            return super().answer(request, incoming)

    policy = more("s3:GetBucketPolicy", "s3:PutBucketPolicy")
    with right_bucket(lenient.store(TakesItOnce), policy=policy) as bucket:
        before = bucket.owner.get_bucket_policy(Bucket=BUCKET)["Policy"]
        results = bucket.check()

    assert failures(results) == {SETTINGS}
    assert results[SETTINGS].happened == "policy was changed"
    assert f"it was: {before}" in results[SETTINGS].cause
    assert "run “flask bucket setup”, now" in results[SETTINGS].fix


@pytest.mark.parametrize(
    ("code", "signed_only", "outcome"),
    [
        ("InvalidArgument", True, "failed"),
        ("InvalidArgument", False, "skipped"),
        ("MalformedPolicy", False, "skipped"),
    ],
)
def test_what_is_wrong_with_a_document_is_for_who_may_change_it(
    code: str, signed_only: bool, outcome: str
) -> None:
    class Reads(lenient.Clerk):
        def answer(self, request: S3Request, incoming: Incoming) -> Answer:
            is_policy = request.method == "PUT" and request.subresource == "policy"
            is_signed = "authorization" in request.headers
            if is_policy and incoming.remaining == 1 and (is_signed or not signed_only):
                raise Refusal(400, code, "It is malformed.")
            return super().answer(request, incoming)

    policy = more("s3:GetBucketPolicy", "s3:GetBucketCORS")
    with right_bucket(lenient.store(Reads), policy=policy) as bucket:
        results = bucket.check()

    assert results[SETTINGS].outcome == outcome
    assert failures(results) == ({SETTINGS} if outcome == "failed" else set())


class LosesAnswers(lenient.Clerk):
    """Stores what comes in a form, and a proxy before it loses the answer."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ["QUERY_STRING"]:
            return super().__call__(environ, start_response)
        list(super().__call__(environ, lambda *_: lambda _: None))
        return Response("lost", 502)(environ, start_response)


def test_what_was_stored_in_spite_of_a_fault_is_taken_away() -> None:
    with right_bucket(lenient.store(LosesAnswers)) as bucket:
        results = bucket.check()

        assert bucket.keys() == []
    assert "an upload" in failures(results)
