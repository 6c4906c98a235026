"""The bucket's own settings: who may read it, which pages may send, what expires.

Asked and changed by `flask bucket setup` alone, with credentials that the running app never needs.
Documents are those of S3's API (https://docs.aws.amazon.com/AmazonS3/latest/API/), without Bucket.
"""

import json
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import cached_property
from hashlib import md5
from typing import TYPE_CHECKING, Any

from blog.config import Settings
from blog.storage.client import Connection, StorageError
from blog.storage.refusals import (
    BucketMissing,
    NotAllowed,
    NotSet,
    NotSupported,
    PublicPolicyBlocked,
    asking,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Document = dict[str, Any]

TRANSITION_SIZE = "TransitionDefaultMinimumObjectSize"
REGION = "x-amz-bucket-region"
PAUSES = (1, 2, 4)  # seconds before a change is tried again that came too early after another one


class Administration(Connection):
    """One bucket, with the credentials for setting it up: S3_SETUP_*, else the app's own.

    Each method raises a StorageError, NotAllowed with the action that is missing. What a getter
    returns may be given to its setter as it is; None is nothing set.
    """

    def __init__(self, settings: Settings, pause: Callable[[float], None] = time.sleep) -> None:
        self.key_name = "AWS_ACCESS_KEY_ID"  # the variable whose key is used
        if settings.setup_access_key_id:
            self.key_name = "S3_SETUP_ACCESS_KEY_ID"
            settings = replace(
                settings,
                access_key_id=settings.setup_access_key_id,
                secret_access_key=settings.setup_secret_access_key,
                session_token=settings.setup_session_token,
            )
        super().__init__(settings)
        self.pause = pause
        # The store's, where it was asked and refuses that of the settings.
        self.right_region: str | None = None

    @cached_property
    def _made_client(self) -> "S3Client":
        client = super()._made_client
        if not self._store.is_aws:
            client.meta.events.register("before-sign.s3", _with_md5)
        for operation in ("HeadBucket", "GetBucketLocation"):
            client.meta.events.register(f"response-received.s3.{operation}", self._hear_of_region)
        return client

    def region(self) -> str | None:
        """Where the bucket is; None where the store does not tell.

        Raises BucketMissing where there is none.
        """
        try:
            with self._asking("s3:ListBucket"):
                answer = self._client.head_bucket(Bucket=self._bucket)
        except NotAllowed:
            # A HEAD has no body to say why: a GET tells a wrong key from a missing right.
            self._ask_again()
            if self.right_region is None:
                raise
            return self.right_region
        except BucketMissing:
            with suppress(NotAllowed, NotSupported):
                self._ask_again()  # a web server's 404 has no name for it
            raise
        return answer["ResponseMetadata"]["HTTPHeaders"].get(REGION)

    def _ask_again(self) -> None:
        with self._asking("s3:ListBucket"):
            self._client.get_bucket_location(Bucket=self._bucket)

    @property
    def is_region_binding(self) -> bool:
        """Whether uploads fail that name another region; some stores do not care."""
        return self._store.is_aws or self.right_region is not None

    def _hear_of_region(self, parsed_response: Document | None, **_: object) -> None:
        """Where a store refuses a signature for its region, botocore signs again for the right one
        and tells nobody; but an upload is signed once."""
        if parsed_response is None:  # no answer at all
            return
        answer = parsed_response["ResponseMetadata"]
        if answer["HTTPStatusCode"] in (301, 307, 400):
            error = parsed_response.get("Error", {})
            told = answer["HTTPHeaders"].get(REGION) or error.get("Region")
            if told != self._settings.region:
                self.right_region = told

    def create(self) -> None:
        """Makes the bucket in the region of the settings; raises NameTaken."""
        wanted: dict[str, Any] = {}
        if self._store.is_aws:
            wanted["ObjectOwnership"] = "BucketOwnerEnforced"
        if self._settings.region not in ("us-east-1", "auto"):
            wanted["CreateBucketConfiguration"] = {"LocationConstraint": self._settings.region}
        try:
            with self._asking("s3:CreateBucket"):
                self._client.create_bucket(Bucket=self._bucket, **wanted)
        except StorageError as error:
            # Other stores have regions of their own, and some of them none.
            if self._store.is_aws or "LocationConstraint" not in str(error):
                raise
            with self._asking("s3:CreateBucket"):
                self._client.create_bucket(Bucket=self._bucket)

    def ownership(self) -> Document | None:
        return self._read(
            "s3:GetBucketOwnershipControls",
            lambda: self._documents.get_bucket_ownership_controls(Bucket=self._bucket)[
                "OwnershipControls"
            ]["Rules"][0],
        )

    def set_ownership(self, document: Document) -> None:
        with self._asking("s3:PutBucketOwnershipControls"):
            self._documents.put_bucket_ownership_controls(
                Bucket=self._bucket, OwnershipControls={"Rules": [document]}
            )

    def public_access(self) -> Document | None:
        return self._read(
            "s3:GetBucketPublicAccessBlock",
            lambda: self._documents.get_public_access_block(Bucket=self._bucket)[
                "PublicAccessBlockConfiguration"
            ],
        )

    def set_public_access(self, document: Document) -> None:
        with self._asking("s3:PutBucketPublicAccessBlock"):
            self._documents.put_public_access_block(
                Bucket=self._bucket, PublicAccessBlockConfiguration=document
            )

    def policy(self) -> Document | None:
        return self._read(
            "s3:GetBucketPolicy",
            lambda: _policy(self._documents.get_bucket_policy(Bucket=self._bucket)["Policy"]),
        )

    def set_policy(self, document: Document) -> None:
        """Public access that was just opened may take some seconds until it is: tried again."""
        for pause in (*PAUSES, None):
            try:
                with self._asking("s3:PutBucketPolicy"):
                    self._documents.put_bucket_policy(
                        Bucket=self._bucket, Policy=json.dumps(document)
                    )
                return
            except PublicPolicyBlocked:
                if pause is None:
                    raise
                self.pause(pause)

    def cors(self) -> Document | None:
        return self._read(
            "s3:GetBucketCORS",
            lambda: {
                "CORSRules": self._documents.get_bucket_cors(Bucket=self._bucket)["CORSRules"]
            },
        )

    def set_cors(self, document: Document) -> None:
        with self._asking("s3:PutBucketCORS"):
            self._documents.put_bucket_cors(Bucket=self._bucket, CORSConfiguration=document)

    def lifecycle(self) -> Document | None:
        """Beside the rules stands what S3 would set back if it were not sent again."""

        def ask() -> Document:
            answer = self._documents.get_bucket_lifecycle_configuration(Bucket=self._bucket)
            kept = {name: answer[name] for name in (TRANSITION_SIZE,) if answer.get(name)}
            return {"Rules": answer["Rules"], **kept}

        return self._read("s3:GetLifecycleConfiguration", ask)

    def set_lifecycle(self, document: Document) -> None:
        others = {name: value for name, value in document.items() if name != "Rules"}
        with self._asking("s3:PutLifecycleConfiguration"):
            self._documents.put_bucket_lifecycle_configuration(
                Bucket=self._bucket, LifecycleConfiguration={"Rules": document["Rules"]}, **others
            )

    @property
    def _documents(self) -> Any:
        """The client, untyped: what is put is what was got, and not ours to know in full."""
        return self._client

    def _read(self, action: str, ask: Callable[[], Document]) -> Document | None:
        try:
            with self._asking(action):
                document = ask()
                if not document:  # an answer without any of what was asked for
                    raise LookupError(action)
                return document
        except NotSet:
            return None

    def _asking(self, action: str) -> AbstractContextManager[None]:
        return asking(action, bucket=self._bucket, is_aws=self._store.is_aws)


def _policy(text: str) -> Document:
    """The policy, whose shape is that of IAM's grammar; raises StorageError where it is not.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    document = json.loads(text)
    statements = document.get("Statement") if isinstance(document, dict) else None
    for statement in statements if isinstance(statements, list) else [statements]:
        conditions = statement.get("Condition", {}) if isinstance(statement, dict) else None
        if not isinstance(conditions, dict) or not all(
            isinstance(keys, dict) for keys in conditions.values()
        ):
            raise StorageError("s3:GetBucketPolicy: the answer is JSON, and no policy")
    return dict(document)


def _with_md5(request: Any, **_: object) -> None:
    """Older stores ask for Content-MD5, which boto3 replaced by checksums that they do not know."""
    names = [name for name in request.headers if name.lower().startswith("x-amz-checksum-")]
    if not names:
        return
    for name in [*names, "x-amz-sdk-checksum-algorithm"]:
        del request.headers[name]
    digest = md5(request.body, usedforsecurity=False).digest()
    request.headers["Content-MD5"] = b64encode(digest).decode()
