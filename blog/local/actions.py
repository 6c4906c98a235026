"""The IAM actions that a request needs, `s3:GetObject` say.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from blog.local.request import S3Request

BUCKET_ACTIONS = {
    ("GET", None): "ListBucket",
    ("HEAD", None): "ListBucket",
    ("PUT", None): "CreateBucket",
    ("DELETE", None): "DeleteBucket",
    ("POST", None): "PutObject",
    ("GET", "uploads"): "ListBucketMultipartUploads",
    ("GET", "versions"): "ListBucketVersions",
    ("GET", "lifecycle"): "GetLifecycleConfiguration",
    ("PUT", "lifecycle"): "PutLifecycleConfiguration",
    ("DELETE", "lifecycle"): "PutLifecycleConfiguration",
    ("DELETE", "policy"): "DeleteBucketPolicy",
    ("GET", "encryption"): "GetEncryptionConfiguration",
    ("GET", "replication"): "GetReplicationConfiguration",
}
KEY_ACTIONS = {
    ("GET", None): "GetObject",
    ("HEAD", None): "GetObject",
    ("PUT", None): "PutObject",
    ("DELETE", None): "DeleteObject",
    ("GET", "uploadId"): "ListMultipartUploadParts",
    ("PUT", "uploadId"): "PutObject",
    ("POST", "uploadId"): "PutObject",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("POST", "uploads"): "PutObject",
}
NAMES = {
    "cors": "BucketCORS",
    "policy": "BucketPolicy",
    "policyStatus": "BucketPolicyStatus",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "versioning": "BucketVersioning",
    "ownershipControls": "BucketOwnershipControls",
    "location": "BucketLocation",
    "tagging": "BucketTagging",
    "acl": "BucketAcl",
    "encryption": "EncryptionConfiguration",
    "logging": "BucketLogging",
    "notification": "BucketNotification",
    "object-lock": "BucketObjectLockConfiguration",
    "website": "BucketWebsite",
}


def actions_of(request: S3Request) -> list[str]:
    """All that must be allowed for a request: what it does, and what its headers do besides."""
    actions = [f"s3:{name_of(request)}"]
    is_creation = request.method == "PUT" and request.subresource is None
    writes = request.method in ("PUT", "POST") and request.subresource in (None, "uploads")
    if not request.key and is_creation and "x-amz-object-ownership" in request.headers:
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html, Permissions
        actions.append("s3:PutBucketOwnershipControls")
    if request.key and writes and "x-amz-acl" in request.headers:
        actions.append("s3:PutObjectAcl")
    if request.key and writes and "x-amz-tagging" in request.headers:
        actions.append("s3:PutObjectTagging")
    return actions


def name_of(request: S3Request) -> str:
    asked = (request.method, request.subresource)
    if not request.bucket:
        return "ListAllMyBuckets"
    if not request.key:
        name = BUCKET_ACTIONS.get(asked)
        if name is None and request.subresource in NAMES:
            verb = "Get" if request.method in ("GET", "HEAD") else "Put"
            name = verb + NAMES[request.subresource]
        return name or "Unlisted"
    name = KEY_ACTIONS.get(asked)
    if name is None and request.subresource in ("tagging", "acl", "attributes"):
        verb = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}.get(request.method, "Get")
        name = f"{verb}Object{request.subresource.capitalize()}"
    if name in ("GetObject", "DeleteObject") and "versionId" in request.parameters:
        name += "Version"
    return name or "Unlisted"
