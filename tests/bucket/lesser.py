"""Stores that are less than S3: the embedded bucket, with a guard that answers as they do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from blog.local.body import Incoming
from blog.local.errors import Refusal
from blog.local.guard import Guard
from blog.local.operations import Answer
from blog.local.request import S3Request
from blog.local.server import BucketServer

SUBRESOURCES = {
    "ownership": "ownershipControls",
    "public access": "publicAccessBlock",
    "policy": "policy",
    "CORS": "cors",
    "lifecycle": "lifecycle",
}
LISTING = (
    b'<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    b"<Name>a</Name></ListBucketResult>"
)


# What a store answers instead of S3, or None where it answers as S3.
Instead = Callable[[S3Request], Answer | Refusal | None]


@contextmanager
def store_that(answers: Instead, *, has_public_access: bool = True) -> Iterator[BucketServer]:
    """The embedded bucket, but for what is answered instead."""

    class LesserGuard(Guard):
        def answer(self, request: S3Request, incoming: Incoming) -> Answer:
            given = answers(request)
            if given is None:
                answer = super().answer(request, incoming)
                if not has_public_access:
                    for bucket in self.operations.backend.buckets.values():
                        bucket.public_access_block = None
                return answer
            incoming.drain()
            if isinstance(given, Refusal):
                raise given
            return given

    class LesserServer(BucketServer):
        def open_store(self) -> Guard:
            guard = super().open_store()
            guard.__class__ = LesserGuard
            return guard

    with LesserServer() as server:
        yield server


def as_501(request: S3Request) -> Refusal:
    return Refusal(501, "NotImplemented", "A header implies what is not implemented")


@contextmanager
def store_without(*parts: str, answers: Instead = as_501) -> Iterator[BucketServer]:
    """S3 without some parts of the setup, which it answers in a way of its own."""
    lacking = {SUBRESOURCES[part] for part in parts}
    with store_that(
        lambda request: answers(request) if request.subresource in lacking else None,
        has_public_access="publicAccessBlock" not in lacking,
    ) as server:
        yield server


def as_405(request: S3Request) -> Refusal:
    return Refusal(405, "MethodNotAllowed", "The specified method is not allowed")


def as_400(request: S3Request) -> Refusal:
    return Refusal(400, "InvalidArgument", "Unsupported query parameter")


def as_listing(request: S3Request) -> Answer | Refusal:
    """A store that overlooks what it does not know: a listing, or a bucket that exists already."""
    if request.method == "GET":
        return Answer(200, [("Content-Type", "application/xml")], LISTING)
    return Refusal(409, "BucketAlreadyOwnedByYou", "It is yours already")


def as_unset(request: S3Request) -> Refusal:
    """A store that reads what it cannot write."""
    if request.method == "GET":
        return Refusal(404, "NoSuchBucketPolicy", "The bucket policy does not exist")
    return Refusal(501, "NotImplemented", "This is not implemented")


def refusing(code: str, message: str, status: int = 403) -> Instead:
    """Reads as if nothing were set, and refuses the change in these words."""

    def answers(request: S3Request) -> Refusal:
        if request.method == "GET":
            return Refusal(404, "NoSuchBucketPolicy", "The bucket policy does not exist")
        return Refusal(status, code, message)

    return answers
