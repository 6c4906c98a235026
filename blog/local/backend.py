"""moto's S3 with its bytes on disk: buckets, objects and uploads that hold files, not memory.

Each `LocalBackend` stands alone. moto's own registry of backends is one per process and is
emptied whenever a mock ends, so nothing of this one is entered there.
"""

import hashlib
from collections.abc import Callable, Iterator
from secrets import token_urlsafe
from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3 import exceptions
from moto.s3.models import FakeAcl, FakeBucket, FakeKey, FakeMultipart, PublicAccessBlock, S3Backend
from moto.s3.models import s3_backends as moto_backends
from moto.s3.utils import STORAGE_CLASS

from blog.local import REGION
from blog.local.disk import Content, Disk
from blog.local.errors import invalid_argument
from blog.local.stored import ACCOUNT_ID, StoredKey, StoredUpload

BUCKET_NAME = r"(?!.*\.\.)(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"


class LocalBucket(FakeBucket):
    """A bucket that remembers its rules as they were given, for the store on disk."""

    def __init__(self, name: str) -> None:
        others = dict(moto_backends.bucket_accounts)
        super().__init__(name=name, account_id=ACCOUNT_ID, region_name=REGION)
        # moto claims the name for its whole process.
        moto_backends.bucket_accounts.pop(name, None)
        if name in others:
            moto_backends.bucket_accounts[name] = others[name]
        self.cors_rules: list[dict[str, Any]] = []
        self.lifecycle_rules: list[dict[str, Any]] = []
        # As on AWS since April 2023: ACLs off, and nothing public until the owner says so.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
        self.public_access_block = PublicAccessBlock("true", "true", "true", "true")
        self.ownership_rule: Any = "BucketOwnerEnforced"
        # Whether who asks now may delete a key; changed while the operation holds the lock.
        self.may_delete: Callable[[str], bool] = lambda _: True

    @classmethod
    def is_created(cls) -> bool:
        """Abstract in moto, and of use to CloudFormation only."""
        return True

    def set_cors(self, rules: list[dict[str, Any]]) -> None:
        super().set_cors(rules)
        self.cors_rules = rules

    def delete_cors(self) -> None:
        super().delete_cors()
        self.cors_rules = []

    def set_lifecycle(self, rules: list[dict[str, Any]]) -> None:
        super().set_lifecycle(rules)
        # S3 names a rule that came without a name.
        self.lifecycle_rules = [
            {**rule, "ID": rule.get("ID") or token_urlsafe(36)} for rule in rules
        ]

    def delete_lifecycle(self) -> None:
        super().delete_lifecycle()
        self.lifecycle_rules = []

    def get_permission(self, action: str, resource: str) -> Any:
        """moto asks for each object of a DeleteObjects; all else was settled before."""
        key = resource.removeprefix(f"arn:aws:s3:::{self.name}/")
        if action == "s3:DeleteObject" and not self.may_delete(key):
            return PermissionResult.DENIED
        return PermissionResult.NEUTRAL


class LocalBackend(S3Backend):
    """`discarded` are contents that moto let go of, whose files are still on disk."""

    def __init__(self, disk: Disk) -> None:
        super().__init__("aws", ACCOUNT_ID)
        self.disk = disk
        self.discarded: list[Content] = []

    def own(self, value: bytes | Content) -> Content:
        """The value in a file of its own; a new file is taken over as it is."""
        if isinstance(value, bytes):
            return self.disk.write([value]).settled()
        if value.is_new:
            return value.settled()
        if value.is_slice:
            return self.disk.write(value.chunks()).settled()
        return self.disk.duplicate(value).settled()

    def local_bucket(self, name: str) -> LocalBucket:
        bucket = self.buckets.get(name)
        if not isinstance(bucket, LocalBucket):
            raise exceptions.MissingBucket(bucket=name)
        return bucket

    def create_bucket(
        self, bucket_name: str, region_name: str = REGION, bucket_namespace: str | None = None
    ) -> LocalBucket:
        if bucket_name in self.buckets:
            raise exceptions.BucketAlreadyExists(bucket=bucket_name)
        self.buckets[bucket_name] = LocalBucket(bucket_name)
        return self.local_bucket(bucket_name)

    def get_bucket(self, bucket_name: str) -> FakeBucket:
        return self.local_bucket(bucket_name)

    def put_object(  # type: ignore[override]
        self,
        bucket_name: str,
        key_name: str,
        value: bytes | Content,
        storage: str | None = None,
        request_method: str | None = None,
        disable_notification: bool | None = None,
        **fields: Any,
    ) -> FakeKey:
        if storage is not None and storage not in STORAGE_CLASS:
            raise exceptions.InvalidStorageClass(storage=storage)
        bucket = self.local_bucket(bucket_name)
        content = self.own(value)
        if fields.get("etag") is None:
            fields["etag"] = content.md5
        key = StoredKey(
            self,
            key_name,
            content,
            bucket_name=bucket_name,
            storage=storage,
            is_versioned=bucket.is_versioned,
            version_id=hashlib.sha256(content.path.name.encode()).hexdigest()[:32]
            if bucket.is_versioned
            else "null",
            **fields,
        )
        versions = bucket.keys.getlist(key_name, []) if bucket.is_versioned else []
        bucket.keys.setlist(key_name, [*versions, key])
        return key

    def create_multipart_upload(
        self,
        bucket_name: str,
        key_name: str,
        metadata: Any,
        storage_type: str,
        tags: dict[str, str],
        acl: FakeAcl | None,
        sse_encryption: str,
        kms_key_id: str,
    ) -> FakeMultipart:
        upload = StoredUpload(
            self,
            key_name,
            metadata,
            storage=storage_type,
            tags=tags,
            acl=acl,
            sse_encryption=sse_encryption,
            kms_key_id=kms_key_id,
        )
        self.local_bucket(bucket_name).multiparts[upload.id] = upload
        return upload

    def upload(self, bucket_name: str, upload_id: str) -> StoredUpload:
        upload = self.local_bucket(bucket_name).multiparts.get(upload_id)
        if not isinstance(upload, StoredUpload):
            raise exceptions.NoSuchUpload(upload_id=upload_id)
        return upload

    def upload_part(
        self, bucket_name: str, multipart_id: str, part_id: int, value: bytes | Content
    ) -> FakeKey:
        return self.upload(bucket_name, multipart_id).set_part(part_id, value)

    def complete_multipart_upload(
        self, bucket_name: str, multipart_id: str, body: Iterator[tuple[int, str]]
    ) -> FakeKey | None:
        self.upload(bucket_name, multipart_id)
        return super().complete_multipart_upload(bucket_name, multipart_id, body)

    def _get_results_from_token(self, result_keys: Any, token: str | None) -> Any:
        if token is None:
            raise invalid_argument(
                "The continuation token provided is incorrect", ArgumentName="continuation-token"
            )
        return super()._get_results_from_token(result_keys, token)
