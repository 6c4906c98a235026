"""What a request may do to the bucket as it is: its policy and the user's, and what blocks them."""

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote

from moto.s3.models import FakeKey

from blog.local import REGION, access
from blog.local.actions import actions_of
from blog.local.backend import BUCKET_NAME, LocalBucket
from blog.local.conditions import context_of
from blog.local.cors import Rule
from blog.local.errors import Refusal, access_denied, no_such_bucket
from blog.local.operations import Operations
from blog.local.request import S3Request
from blog.local.users import Owner, User


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

    def check(self, request: S3Request, user: User | None) -> None:
        """Raise Refusal where the policies, or the lack of them, do not allow this. The user is
        None for an anonymous request."""
        asked = actions_of(request)
        context = context_of(request)
        is_new = bool(request.bucket) and request.method == "PUT" and self.is_new_bucket(request)
        if not request.bucket or is_new:
            resource = f"arn:aws:s3:::{request.bucket or '*'}"
            for action in asked:
                if user is None or not allows(user, None, action, resource, context):
                    raise denied(user, action, resource)
            return
        with self.operations.lock:
            bucket = self.bucket(request.bucket)
            if not (user and request.subresource == "delete"):  # judged key by key
                for action in asked:
                    self.check_action(bucket, request, action, request.key, user)
            if request.is_copy:
                path = unquote(request.headers["x-amz-copy-source"].partition("?")[0])
                name, _, key = path.lstrip("/").partition("/")
                source = self.bucket(name)
                self.check_action(source, request, "s3:GetObject", key, user)
            self.check_acl(bucket, request)

    def is_new_bucket(self, request: S3Request) -> bool:
        is_creation = not request.key and request.subresource is None
        if is_creation and not re.fullmatch(BUCKET_NAME, request.bucket):
            raise Refusal(400, "InvalidBucketName", "The specified bucket is not valid.")
        return is_creation

    def check_action(
        self, bucket: LocalBucket, request: S3Request, action: str, key: str, user: User | None
    ) -> None:
        resource = arn_of(bucket, key)
        context = context_of(request)
        is_public = self.is_readable_by_acl(bucket, action, key)
        if not allows(user, bucket, action, resource, context, is_public=is_public):
            raise denied(user, action, resource)
        if user is None and any(name.startswith("response-") for name in request.parameters):
            message = "Request specific response headers cannot be used for anonymous GET requests."
            raise Refusal(400, "InvalidRequest", message)
        # Who may not list does not learn what is missing. The request is not a listing: it has no
        # prefix, so that a permission to list some prefixes does not count.
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        is_missing = action == "s3:GetObject" and key not in bucket.keys
        if is_missing and not allows(user, bucket, "s3:ListBucket", arn_of(bucket), context):
            raise denied(user, "s3:ListBucket", arn_of(bucket))

    def may_delete(self, request: S3Request, user: User | None) -> Callable[[str], bool]:
        """Whether a DeleteObjects may delete a key; each is judged by itself."""
        bucket = self.bucket(request.bucket)
        context = context_of(request)
        return lambda key: allows(user, bucket, "s3:DeleteObject", arn_of(bucket, key), context)

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
        """Raise Refusal where the document is not one that S3 takes."""
        if request.key or request.method != "PUT":
            return
        if request.subresource is None:
            check_location(document)
        if request.subresource != "policy":
            return
        access.check_policy(document, request.bucket)
        block = self.bucket(request.bucket).public_access_block
        if block and block.block_public_policy and access.is_public(document):
            message = (
                "Public policies are blocked by the BlockPublicPolicy block public access setting."
            )
            raise access_denied(message)


def allows(
    user: User | None,
    bucket: LocalBucket | None,
    action: str,
    resource: str,
    context: Mapping[str, str],
    *,
    is_public: bool = False,
) -> bool:
    """May the user, or anybody, do this? `is_public` says that an ACL lets everybody."""
    policy = access.for_everybody(bucket.policy if bucket else None)
    own = user.statements if user else []
    is_spared = isinstance(user, Owner) and action in access.NEVER_DENIED
    if access.is_denied([*policy, *own], action, resource, context) and not is_spared:
        return False
    block = bucket.public_access_block if bucket else None
    if user is None and block and block.restrict_public_buckets:
        # It closes what a public policy opens to strangers, and to nobody of the account.
        policy = []
    return is_public or access.is_allowed([*policy, *own], action, resource, context)


def denied(user: User | None, action: str, resource: str) -> Refusal:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html"""
    if user is None:
        return access_denied()
    return access_denied(
        f'User: {user.arn} is not authorized to perform: {action} on resource: "{resource}"'
    )


def arn_of(bucket: LocalBucket, key: str = "") -> str:
    return f"arn:aws:s3:::{bucket.name}/{key}" if key else f"arn:aws:s3:::{bucket.name}"


def check_location(document: bytes) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html, LocationConstraint"""
    found = re.search(rb"<LocationConstraint>\s*([^<\s]*)", document)
    location = found.group(1).decode(errors="replace") if found else ""
    if location and location != REGION:
        message = (
            f"The {location} location constraint is incompatible for the region specific endpoint"
            " this request was sent to."
        )
        raise Refusal(400, "IllegalLocationConstraintException", message)
