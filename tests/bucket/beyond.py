"""What the app's key may not do: everything that its policy does not say."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.bucket.rights import BUCKET

OTHER = {"Key": "other/a"}
PICTURE = {"Key": "media/a"}
STAR = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
EXPIRY = {
    "Rules": [
        {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    ]
}
OWNERSHIP = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
OPEN = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    },
}

BEYOND: dict[str, tuple[str, dict[str, Any]]] = {
    "write elsewhere": ("put_object", {**OTHER, "Body": b"x"}),
    "read elsewhere": ("get_object", OTHER),
    "look elsewhere": ("head_object", OTHER),
    "delete elsewhere": ("delete_object", OTHER),
    "copy to elsewhere": ("copy_object", {**OTHER, "CopySource": f"{BUCKET}/media/a"}),
    "copy from elsewhere": ("copy_object", {**PICTURE, "CopySource": f"{BUCKET}/other/a"}),
    "upload in parts elsewhere": ("create_multipart_upload", OTHER),
    "list parts elsewhere": ("list_parts", {**OTHER, "UploadId": "any"}),
    "abort elsewhere": ("abort_multipart_upload", {**OTHER, "UploadId": "any"}),
    "open an object by ACL": ("put_object_acl", {**PICTURE, "ACL": "public-read"}),
    "read an object's tags": ("get_object_tagging", PICTURE),
    "write an object's tags": ("put_object_tagging", {**PICTURE, "Tagging": {"TagSet": []}}),
    "read an old version": ("get_object", {**PICTURE, "VersionId": "null"}),
    "delete an old version": ("delete_object", {**PICTURE, "VersionId": "null"}),
    "list everything": ("list_objects_v2", {}),
    "list everything, as of old": ("list_objects", {}),
    "list elsewhere": ("list_objects_v2", {"Prefix": "other/"}),
    "list a beginning of ours": ("list_objects_v2", {"Prefix": "med"}),
    "list versions": ("list_object_versions", {"Prefix": "media/"}),
    "find the bucket": ("head_bucket", {}),
    "find the region": ("get_bucket_location", {}),
    "read the policy": ("get_bucket_policy", {}),
    "write the policy": ("put_bucket_policy", {"Policy": json.dumps(OPEN)}),
    "delete the policy": ("delete_bucket_policy", {}),
    "read CORS": ("get_bucket_cors", {}),
    "write CORS": ("put_bucket_cors", {"CORSConfiguration": STAR}),
    "delete CORS": ("delete_bucket_cors", {}),
    "read the lifecycle": ("get_bucket_lifecycle_configuration", {}),
    "write the lifecycle": (
        "put_bucket_lifecycle_configuration",
        {"LifecycleConfiguration": EXPIRY},
    ),
    "delete the lifecycle": ("delete_bucket_lifecycle", {}),
    "read the access block": ("get_public_access_block", {}),
    "write the access block": (
        "put_public_access_block",
        {"PublicAccessBlockConfiguration": {"BlockPublicAcls": False}},
    ),
    "delete the access block": ("delete_public_access_block", {}),
    "read the ownership": ("get_bucket_ownership_controls", {}),
    "write the ownership": ("put_bucket_ownership_controls", {"OwnershipControls": OWNERSHIP}),
    "delete the ownership": ("delete_bucket_ownership_controls", {}),
    "read the ACL": ("get_bucket_acl", {}),
    "write the ACL": ("put_bucket_acl", {"ACL": "public-read"}),
    "read versioning": ("get_bucket_versioning", {}),
    "write versioning": (
        "put_bucket_versioning",
        {"VersioningConfiguration": {"Status": "Enabled"}},
    ),
    "read encryption": ("get_bucket_encryption", {}),
    "write tags": ("put_bucket_tagging", {"Tagging": {"TagSet": []}}),
    "delete the bucket": ("delete_bucket", {}),
    "make a bucket": ("create_bucket", {"Bucket": "another-bucket"}),
    "list all buckets": ("list_buckets", {}),
}


def refusal(client: Any, name: str, arguments: dict[str, Any]) -> str:
    target = {} if name == "list_buckets" else {"Bucket": BUCKET}
    with pytest.raises(ClientError) as caught:
        getattr(client, name)(**target | arguments)
    return str(caught.value.response["Error"]["Code"])
