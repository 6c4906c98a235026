"""The bucket that the blog needs, as `flask bucket setup` would make it on AWS."""

import json
from collections.abc import Sequence

from moto.s3.models import PublicAccessBlock

from blog.local.operations import Operations

DEFAULT_ORIGINS = ("http://127.0.0.1:*", "http://localhost:*")


def prepare(operations: Operations, name: str, origins: Sequence[str]) -> None:
    """Create the bucket; one that exists is left as it is."""
    with operations.lock:
        if name in operations.backend.buckets:
            return
        bucket = operations.backend.create_bucket(name)
        bucket.set_cors(
            [
                {
                    "AllowedOrigin": list(origins),
                    "AllowedMethod": ["GET", "HEAD", "POST", "PUT"],
                    "AllowedHeader": "*",
                    "ExposeHeader": ["ETag", "Location", "x-amz-checksum-sha256"],
                    "MaxAgeSeconds": "3000",
                }
            ]
        )
        bucket.public_access_block = PublicAccessBlock("true", "true", "false", "false")
        bucket.policy = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "AnyoneReadsWhatIsPublished",
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "s3:GetObject",
                        "Resource": f"arn:aws:s3:::{name}/media/*",
                    }
                ],
            }
        ).encode()
        bucket.set_lifecycle(
            [
                {
                    "ID": "pending",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "pending/"},
                    "Expiration": {"Days": "1"},
                },
                {
                    "ID": "uploads",
                    "Status": "Enabled",
                    "Filter": {"Prefix": None},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": "1"},
                },
            ]
        )
        operations.records.save_bucket(name)
