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
                    "ID": "signpost-uploads",
                    "AllowedOrigin": list(origins),
                    "AllowedMethod": ["POST", "PUT", "GET", "HEAD"],
                    "AllowedHeader": ["content-type", "if-none-match", "x-amz-*"],
                    "ExposeHeader": ["ETag", "Location"],
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
                        "Sid": "SignpostPublicRead",
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
                    "ID": "signpost-pending",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "pending/"},
                    "Expiration": {"Days": "1"},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": "1"},
                },
                {
                    "ID": "signpost-media-uploads",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "media/"},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": "1"},
                },
            ]
        )
        operations.records.save_bucket(name)
