"""What the bucket has to be, as data: the documents that S3's own API takes.

`flask bucket setup` puts them, the embedded bucket begins with them, and deploy/aws.yaml says the
same. Each rule has a name that begins with "signpost", by which it is known again as ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from blog.bucket.policies import PREFIXES

Document = dict[str, Any]
Mode = Literal["public", "cdn"]

PENDING, MEDIA = PREFIXES

# ACLs are off: who may do what is said by policies alone.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
OWNERSHIP = "BucketOwnerEnforced"

# Pages of one's own machine, on any port: the blog's may be moved, and its tests take free ones.
# The usual port stands in no origin, so that those with a star are not for it.
LOOPBACK_ORIGINS = (
    *("http://127.0.0.1:*", "http://localhost:*"),
    *("http://127.0.0.1", "http://localhost"),
)

PUBLIC_READ = "SignpostPublicRead"
HOTLINK_PROTECTION = "SignpostHotlinkProtection"
CLOUDFRONT = "SignpostCloudFront"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The bucket as it has to be.

    `origins` are those of pages that may upload, SITE_URL first; `distribution` is the ARN of the
    CloudFront distribution that reads for the public in mode `cdn`.
    """

    bucket: str
    origins: tuple[str, ...]
    mode: Mode = "public"
    distribution: str = ""
    is_hotlink_protected: bool = False

    @property
    def ownership(self) -> Document:
        return {"ObjectOwnership": OWNERSHIP}

    @property
    def public_access(self) -> Document:
        return public_access(self.mode)

    @property
    def statements(self) -> list[Document]:
        """The statements of the bucket policy that are ours."""
        if self.mode == "cdn":
            return [cloudfront(self.bucket, self.distribution)]
        if self.is_hotlink_protected:
            return [public_read(self.bucket), hotlink_protection(self.bucket, self.origins)]
        return [public_read(self.bucket)]

    @property
    def superseded_statements(self) -> list[Document]:
        """Those of the other mode, which go even where somebody wrote them by hand."""
        return [public_read(self.bucket)] if self.mode == "cdn" else []

    @property
    def cors_rules(self) -> list[Document]:
        return [cors_rule(self.origins)]

    @property
    def lifecycle_rules(self) -> list[Document]:
        return lifecycle_rules()


def public_access(mode: Mode) -> Document:
    """Block Public Access: ACLs never open anything; a policy may, where readers come directly.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    return {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": mode == "cdn",
        "RestrictPublicBuckets": mode == "cdn",
    }


def public_read(bucket: str) -> Document:
    """Anybody reads what is confirmed, knowing its name; nobody lists, nobody sees what arrives."""
    return {
        "Sid": PUBLIC_READ,
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": _media(bucket),
    }


def hotlink_protection(bucket: str, origins: Sequence[str]) -> Document:
    """Refuses whom another site's page sends. Who tells no Referer is served: browsers may keep
    it, and readers of feeds have none. Any client can forge it, so this is no access control.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
    """
    return {
        "Sid": HOTLINK_PROTECTION,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": _media(bucket),
        "Condition": {
            "StringNotLike": {"aws:Referer": [f"{origin}/*" for origin in origins]},
            "Null": {"aws:Referer": "false"},
        },
    }


def cloudfront(bucket: str, distribution: str) -> Document:
    """One distribution reads what is confirmed, by its Origin Access Control, and nobody else.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    return {
        "Sid": CLOUDFRONT,
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": _media(bucket),
        "Condition": {"StringEquals": {"aws:SourceArn": distribution}},
    }


def cors_rule(origins: Sequence[str]) -> Document:
    """Pages of these origins may send what uploads need, and read what the bucket answers.

    An upload in parts reports the ETag of each part, so the page must be able to read it.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
    """
    return {
        "ID": "signpost-uploads",
        "AllowedOrigins": list(origins),
        "AllowedMethods": ["POST", "PUT", "GET", "HEAD"],
        "AllowedHeaders": ["content-type", "if-none-match", "x-amz-*"],
        "ExposeHeaders": ["ETag", "Location"],
        "MaxAgeSeconds": 3000,
    }


def lifecycle_rules() -> list[Document]:
    """What is never confirmed goes after a day: files, and the parts of uploads that never ended.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    """
    return [
        {
            "ID": "signpost-pending",
            "Status": "Enabled",
            "Filter": {"Prefix": PENDING},
            "Expiration": {"Days": 1},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        {
            "ID": "signpost-media-uploads",
            "Status": "Enabled",
            "Filter": {"Prefix": MEDIA},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
    ]


def _media(bucket: str) -> str:
    return f"arn:aws:s3:::{bucket}/{MEDIA}*"
