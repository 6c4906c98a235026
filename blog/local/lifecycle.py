"""The bucket's lifecycle rules, applied when the server starts: what is too old goes.

Rules by prefix and age in days, for objects and for uploads that were never completed.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from datetime import datetime

from moto.core.utils import utcnow
from moto.s3.models import LifecycleRule

from blog.local.backend import LocalBackend, LocalBucket
from blog.local.records import Records
from blog.local.stored import StoredKey, StoredUpload


def expire(backend: LocalBackend, records: Records) -> None:
    for bucket in list(backend.buckets.values()):
        if isinstance(bucket, LocalBucket):
            for rule in bucket.rules:
                if rule.status == "Enabled":
                    expire_objects(bucket, rule, records)
                    abort_uploads(bucket, rule, records)
    records.remove_discarded()


def expire_objects(bucket: LocalBucket, rule: LifecycleRule, records: Records) -> None:
    prefix = prefix_of(rule)
    if prefix is None or not rule.expiration_days or bucket.is_versioned:
        return
    for name, key in list(bucket.keys.items()):
        is_old = isinstance(key, StoredKey) and days_since(key.last_modified) > int(
            rule.expiration_days
        )
        if is_old and name.startswith(prefix):
            bucket.keys.pop(name)
            records.save_object(bucket.name, name)


def abort_uploads(bucket: LocalBucket, rule: LifecycleRule, records: Records) -> None:
    prefix = prefix_of(rule)
    if prefix is None or not rule.aimu_days:
        return
    for upload_id, upload in list(bucket.multiparts.items()):
        is_old = isinstance(upload, StoredUpload) and days_since(upload.initiated) > int(
            rule.aimu_days
        )
        if is_old and upload.key_name.startswith(prefix):
            del bucket.multiparts[upload_id]
            records.save_uploads(bucket.name, upload_id)


def prefix_of(rule: LifecycleRule) -> str | None:
    """None for a rule that selects by more than a prefix: it is left alone."""
    if rule.filter is None:
        return rule.prefix or ""
    if rule.filter.tag_key or rule.filter.and_filter:
        return None
    return rule.filter.prefix or ""


def days_since(moment: datetime) -> float:
    return (utcnow() - moment).total_seconds() / 86_400
