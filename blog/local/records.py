"""What the disk remembers of each bucket, object and upload, and how they come back at start.

Kept: objects with their metadata, tags and checksums; a bucket's CORS rules, policy, public
access block, lifecycle, ownership, encryption, tags and versioning state; uploads in progress.
Of a versioned bucket only the latest version of each object comes back. ACLs are not kept.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from moto.s3.models import PublicAccessBlock
from requests.structures import CaseInsensitiveDict

from blog.local.backend import LocalBackend, LocalBucket
from blog.local.disk import Content, Disk
from blog.local.stored import StoredKey, StoredUpload

BLOCKS = (
    "block_public_acls",
    "ignore_public_acls",
    "block_public_policy",
    "restrict_public_buckets",
)
# Attributes of moto's key that are plain values, besides name, content and metadata.
KEY_FIELDS = (
    *("checksum_algorithm", "checksum_value", "checksum_type", "checksum_parts"),
    *("website_redirect_location", "encryption", "kms_key_id"),
)


class Records:
    """The documents of one directory, and the backend that they describe."""

    def __init__(self, disk: Disk, backend: LocalBackend) -> None:
        self.disk = disk
        self.backend = backend

    def save_bucket(self, name: str) -> None:
        bucket = self.backend.buckets.get(name)
        if not isinstance(bucket, LocalBucket):
            self.disk.forget_bucket(name)
            return
        block = bucket.public_access_block
        document = {
            "name": name,
            "created": bucket.creation_date.isoformat(),
            "cors": bucket.cors_rules,
            "lifecycle": bucket.lifecycle_rules,
            "policy": bucket.policy.decode() if bucket.policy else None,
            "public_access_block": [getattr(block, block_) for block_ in BLOCKS] if block else None,
            "ownership": bucket.ownership_rule,
            "versioning": bucket.versioning_status,
            "encryption": bucket.encryption,
            "tags": self.backend.tagger.get_tag_dict_for_resource(bucket.arn),
        }
        self.disk.save(self.disk.bucket_path(name), document)

    def save_object(self, bucket: str, name: str) -> None:
        path = self.disk.object_path(bucket, name)
        found = self.backend.buckets.get(bucket)
        key = found.keys.get(name) if found else None
        if isinstance(key, StoredKey):
            self.disk.save(path, self.describe(key))
        else:
            self.disk.forget(path)

    def save_uploads(self, bucket: str, changed: str | None) -> None:
        """Write the uploads that are new and the one that changed; forget that one if it ended."""
        found = self.backend.buckets.get(bucket)
        uploads = found.multiparts if found else {}
        for upload_id, upload in uploads.items():
            path = self.disk.upload_path(bucket, upload_id)
            if isinstance(upload, StoredUpload) and (upload_id == changed or not path.exists()):
                document = {
                    "id": upload_id,
                    "key": upload.key_name,
                    "initiated": upload.initiated.isoformat(),
                    "metadata": dict(upload.metadata),
                    "storage": upload.storage,
                    "tags": upload.tags,
                    "parts": {
                        str(number): self.describe(part)
                        for number, part in upload.parts.items()
                        if isinstance(part, StoredKey)
                    },
                }
                self.disk.save(path, document)
        if changed is not None and changed not in uploads:
            self.disk.forget(self.disk.upload_path(bucket, changed))

    def remove_discarded(self) -> None:
        while self.backend.discarded:
            self.disk.remove(self.backend.discarded.pop())

    def describe(self, key: StoredKey) -> dict[str, Any]:
        return {
            "name": key.name,
            "file": key.content.path.name,
            "size": key.content.size,
            "md5": key.content.md5,
            "etag": key.etag.strip('"'),
            "version": key.version_id,
            "last_modified": key.last_modified.isoformat(),
            "storage": key.storage_class,
            "metadata": dict(key.metadata),
            "tags": self.backend.tagger.get_tag_dict_for_resource(key.arn),
            **{name: getattr(key, name) for name in KEY_FIELDS},
        }

    def load(self) -> None:
        """Bring everything back, bytes left where they are, and remove files that nothing names."""
        named: set[str] = set()
        for path in sorted(self.disk.buckets.glob("*/bucket.json")):
            document = self.disk.load(path)
            if document is None:
                continue
            bucket = self.load_bucket(document)
            for name in (path.parent / "objects").glob("*.json"):
                key = self.load_key(self.disk.load(name) or {}, bucket)
                if key is not None:
                    bucket.keys.setlist(key.name, [key])
                    named.add(key.content.path.name)
            for name in (path.parent / "uploads").glob("*.json"):
                named |= self.load_upload(self.disk.load(name) or {}, bucket)
        for leftover in self.disk.buckets.rglob("*.part"):
            leftover.unlink(missing_ok=True)
        self.disk.keep_only(named)

    def load_bucket(self, document: dict[str, Any]) -> LocalBucket:
        bucket = self.backend.create_bucket(document["name"])
        bucket.creation_date = datetime.fromisoformat(document["created"]).astimezone(UTC)
        bucket.set_cors(document["cors"])
        bucket.set_lifecycle(document["lifecycle"])
        bucket.policy = document["policy"].encode() if document["policy"] else None
        block = document["public_access_block"]
        bucket.public_access_block = PublicAccessBlock(*map(str, block)) if block else None
        bucket.ownership_rule = document["ownership"]
        bucket.versioning_status = document["versioning"]
        bucket.encryption = document["encryption"]
        self.tag(bucket.arn, document["tags"])
        return bucket

    def reload_object(self, bucket: LocalBucket, name: str) -> StoredKey | None:
        """The object as the disk knows it, for a change that moto began and then refused."""
        document = self.disk.load(self.disk.object_path(bucket.name, name))
        return self.load_key(document, bucket) if document else None

    def load_key(self, document: dict[str, Any], bucket: LocalBucket) -> StoredKey | None:
        content = self.load_content(document)
        if content is None:
            return None
        key = StoredKey(
            self.backend,
            document["name"],
            content,
            etag=document["etag"],
            storage=document["storage"],
            bucket_name=bucket.name,
            version_id=document["version"],
            is_versioned=bucket.is_versioned,
        )
        key.last_modified = datetime.fromisoformat(document["last_modified"])
        key.set_metadata(dict(document["metadata"]))
        for name in KEY_FIELDS:
            setattr(key, name, document[name])
        self.tag(key.arn, document["tags"])
        return key

    def load_upload(self, document: dict[str, Any], bucket: LocalBucket) -> set[str]:
        upload = StoredUpload(
            self.backend,
            document["key"],
            CaseInsensitiveDict(document["metadata"]),
            storage=document["storage"],
            tags=document["tags"],
        )
        upload.id = document["id"]
        upload.initiated = datetime.fromisoformat(document["initiated"])
        for number, described in document["parts"].items():
            part = self.load_key(described, bucket)
            if part is not None:
                upload.parts[int(number)] = part
        upload.partlist = sorted(upload.parts)
        bucket.multiparts[upload.id] = upload
        parts = (part for part in upload.parts.values() if isinstance(part, StoredKey))
        return {part.content.path.name for part in parts}

    def load_content(self, document: dict[str, Any]) -> Content | None:
        """None where the file is not there as it was written; it was never acknowledged so."""
        path: Path = self.disk.files / document["file"]
        if not path.exists() or path.stat().st_size != document["size"]:
            print(f"Left out {document['name']}: its file is damaged.", file=sys.stderr)
            return None
        return Content(path, document["size"], document["md5"])

    def tag(self, arn: str, tags: dict[str, str]) -> None:
        if tags:
            pairs = [{"Key": name, "Value": value} for name, value in tags.items()]
            self.backend.tagger.tag_resource(arn, pairs)
