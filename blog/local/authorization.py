"""What a request may do to the bucket as it is now: policy, public access block and ownership."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from moto.s3.models import FakeKey

from blog.local import access
from blog.local.backend import BUCKET_NAME, LocalBucket
from blog.local.cors import Rule
from blog.local.errors import Refusal, access_denied, no_such_bucket
from blog.local.operations import Operations
from blog.local.request import S3Request


class Authorization:
    def __init__(self, operations: Operations) -> None:
        self.operations = operations

    def bucket(self, name: str) -> LocalBucket:
        bucket = self.operations.backend.buckets.get(name)
        if not isinstance(bucket, LocalBucket):
            raise no_such_bucket(name)
        return bucket

    def cors_rules(self, name: str) -> Sequence[Rule]:
        bucket = self.operations.backend.buckets.get(name)
        return [
            Rule(
                rule.allowed_origins,
                rule.allowed_methods,
                rule.allowed_headers or [],
                rule.exposed_headers or [],
                int(rule.max_age_seconds) if rule.max_age_seconds else None,
            )
            for rule in (bucket.cors if bucket else [])
        ]

    def check(self, request: S3Request, *, is_owner: bool) -> None:
        """Raise Refusal where the policy, or the lack of one, does not allow this."""
        if not request.bucket or (request.method == "PUT" and self.is_new_bucket(request)):
            if not is_owner:
                raise access_denied()
            return
        with self.operations.lock:
            bucket = self.bucket(request.bucket)
            self.check_action(bucket, request, access.action_of(request), request.key, is_owner)
            if request.is_copy:
                path = unquote(request.headers["x-amz-copy-source"].partition("?")[0])
                name, _, key = path.lstrip("/").partition("/")
                source = self.bucket(name)
                self.check_action(source, request, "s3:GetObject", key, is_owner)
            self.check_acl(bucket, request)

    def is_new_bucket(self, request: S3Request) -> bool:
        is_creation = not request.key and request.subresource is None
        if is_creation and not re.fullmatch(BUCKET_NAME, request.bucket):
            raise Refusal(400, "InvalidBucketName", "The specified bucket is not valid.")
        return is_creation

    def check_action(
        self, bucket: LocalBucket, request: S3Request, action: str, key: str, is_owner: bool
    ) -> None:
        resource = f"arn:aws:s3:::{bucket.name}/{key}" if key else f"arn:aws:s3:::{bucket.name}"
        context = access.context_of(request)
        denied = access.is_denied(bucket.policy, action, resource, context)
        if denied and not (is_owner and action in access.NEVER_DENIED):
            raise access_denied()
        if is_owner:
            return
        block = bucket.public_access_block
        is_public = not (block and block.restrict_public_buckets) and access.is_allowed(
            bucket.policy, action, resource, context
        )
        if not is_public and not self.is_readable_by_acl(bucket, action, key):
            raise access_denied()
        if any(name.startswith("response-") for name in request.parameters):
            message = "Request specific response headers cannot be used for anonymous GET requests."
            raise Refusal(400, "InvalidRequest", message)
        # Who may not list does not learn what is missing.
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        lists = f"arn:aws:s3:::{bucket.name}"
        may_list = access.is_allowed(bucket.policy, "s3:ListBucket", lists, context)
        if action == "s3:GetObject" and key not in bucket.keys and not may_list:
            raise access_denied()

    def is_readable_by_acl(self, bucket: LocalBucket, action: str, key: str) -> bool:
        block = bucket.public_access_block
        found = bucket.keys.get(key)
        return (
            action == "s3:GetObject"
            and bucket.ownership_rule != "BucketOwnerEnforced"
            and not (block and block.ignore_public_acls)
            and isinstance(found, FakeKey)
            and bool(found.acl and found.acl.public_read)
        )

    def check_acl(self, bucket: LocalBucket, request: S3Request) -> None:
        """https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"""
        acl = request.headers.get("x-amz-acl", "")
        grants = [name for name in request.headers if name.startswith("x-amz-grant-")]
        is_change = request.method == "PUT" and request.subresource == "acl"
        if not (acl or grants or is_change):
            return
        if bucket.ownership_rule == "BucketOwnerEnforced" and acl != "bucket-owner-full-control":
            message = "The bucket does not allow ACLs"
            raise Refusal(400, "AccessControlListNotSupported", message)
        block = bucket.public_access_block
        if acl.startswith("public-") and block and block.block_public_acls:
            raise access_denied()

    def check_configuration(self, request: S3Request, document: bytes) -> None:
        """Raise Refusal where the owner's document is not one that S3 takes."""
        if request.key or request.method != "PUT" or request.subresource != "policy":
            return
        access.check_policy(document, request.bucket)
        block = self.bucket(request.bucket).public_access_block
        if block and block.block_public_policy and access.is_public(document):
            message = (
                "Public policies are blocked by the BlockPublicPolicy block public access setting."
            )
            raise access_denied(message)
