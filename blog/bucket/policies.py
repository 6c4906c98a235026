"""Policies in the language of IAM: what the running app may do, and what setting up takes.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from typing import Any

# Where uploads arrive, and where readers get them from.
PREFIXES = ("pending/", "media/")


def app_policy(bucket: str) -> dict[str, Any]:
    """The least that the running app needs; a test takes each statement away to see what fails."""
    places = [f"arn:aws:s3:::{bucket}/{prefix}*" for prefix in PREFIXES]
    return _policy(
        {
            # S3 asks for PutObject where a copy, or an upload in parts, begins and ends, too.
            "Sid": "StoreUploads",
            "Effect": "Allow",
            "Action": "s3:PutObject",
            "Resource": places,
        },
        {
            "Sid": "LookAtWhatArrived",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": places,
        },
        {
            "Sid": "TakeAway",
            "Effect": "Allow",
            "Action": "s3:DeleteObject",
            "Resource": places,
        },
        {
            # What comes in parts goes to its final key at once.
            "Sid": "UploadInParts",
            "Effect": "Allow",
            "Action": ["s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
            "Resource": places[-1],
        },
        {
            # By listing the app tells what is missing from what is refused; S3 itself may answer
            # 403 to both, where the right is for some prefixes.
            "Sid": "FindWhatIsStored",
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": f"arn:aws:s3:::{bucket}",
            "Condition": {"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in PREFIXES]}},
        },
        {
            "Sid": "FindUploadsInParts",
            "Effect": "Allow",
            "Action": "s3:ListBucketMultipartUploads",
            "Resource": f"arn:aws:s3:::{bucket}",
        },
    )


def setup_policy(bucket: str) -> dict[str, Any]:
    """The least that `flask bucket setup` needs, with the commands for deleting rules that it
    prints; the running app never has these rights."""
    return _policy(
        {
            # A bucket's existence and region are told to those who may list it.
            "Sid": "SetTheBucketUp",
            "Effect": "Allow",
            "Action": [
                "s3:CreateBucket",
                "s3:ListBucket",
                "s3:GetBucketOwnershipControls",
                "s3:PutBucketOwnershipControls",
                "s3:GetBucketPublicAccessBlock",
                "s3:PutBucketPublicAccessBlock",
                "s3:GetBucketPolicy",
                "s3:PutBucketPolicy",
                # Not setup itself, but who takes rules of others away, as it advises. Deleting
                # CORS and lifecycle goes by the rights to put them.
                "s3:DeleteBucketPolicy",
                "s3:GetBucketCORS",
                "s3:PutBucketCORS",
                "s3:GetLifecycleConfiguration",
                "s3:PutLifecycleConfiguration",
            ],
            "Resource": f"arn:aws:s3:::{bucket}",
        }
    )


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
