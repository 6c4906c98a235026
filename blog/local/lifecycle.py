"""The bucket's lifecycle rules: what they say, and what is too old when the server starts.

Rules by prefix and age in days, for objects and for uploads that were never completed. A rule that
selects by more than a prefix, tags or a size say, is kept and told, and never carried out.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from moto.core.utils import utcnow

from blog.local.backend import LocalBackend, LocalBucket
from blog.local.records import Records
from blog.local.stored import StoredKey, StoredUpload

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


@dataclass(frozen=True)
class Rule:
    """Ages in days; None where the rule is not about that."""

    name: str
    prefix: str
    expires_after: int | None
    aborts_after: int | None


def rules_of(bucket: LocalBucket) -> Iterator[Rule]:
    """The rules that are switched on and select by nothing but a prefix."""
    for given in bucket.lifecycle_rules:
        chosen = given.get("Filter") or {"Prefix": given.get("Prefix")}
        if given["Status"] == "Enabled" and set(chosen) == {"Prefix"}:
            yield Rule(
                given["ID"],
                chosen["Prefix"] or "",
                days(given.get("Expiration"), "Days"),
                days(given.get("AbortIncompleteMultipartUpload"), "DaysAfterInitiation"),
            )


def days(action: dict[str, str] | None, name: str) -> int | None:
    return int(action[name]) if action and name in action else None


def expiration(bucket: LocalBucket, key: StoredKey) -> str | None:
    """What `x-amz-expiration` says of an object: of the rule that takes it first, and when, which
    is the first midnight (UTC) when it is old enough.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    """
    taking = [
        (rule.expires_after, rule.name)
        for rule in rules_of(bucket)
        if rule.expires_after is not None and str(key.name).startswith(rule.prefix)
    ]
    if not taking or bucket.is_versioned:
        return None
    age, name = min(taking)
    old_enough = key.last_modified.replace(tzinfo=UTC) + timedelta(days=age)
    midnight = old_enough.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return f'expiry-date="{format_datetime(midnight, usegmt=True)}", rule-id="{quote(name)}"'


def document(bucket: LocalBucket) -> str:
    """The rules as they were given; moto forgets what it does not know of a rule."""
    rules = "".join(f"<Rule>{elements(rule)}</Rule>" for rule in bucket.lifecycle_rules)
    root = "LifecycleConfiguration"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">{rules}</{root}>'


def elements(found: dict[str, Any]) -> str:
    """What moto's XML reader made of a document, as the document again."""
    written = ""
    for name, values in found.items():
        for value in values if isinstance(values, list) else [values]:
            inner = elements(value) if isinstance(value, dict) else escape(value or "")
            written += f"<{name}>{inner}</{name}>"
    return written


def expire(backend: LocalBackend, records: Records) -> None:
    for bucket in list(backend.buckets.values()):
        if isinstance(bucket, LocalBucket):
            for rule in rules_of(bucket):
                expire_objects(bucket, rule, records)
                abort_uploads(bucket, rule, records)
    records.remove_discarded()


def expire_objects(bucket: LocalBucket, rule: Rule, records: Records) -> None:
    if rule.expires_after is None or bucket.is_versioned:
        return
    for name, key in list(bucket.keys.items()):
        is_old = isinstance(key, StoredKey) and days_since(key.last_modified) > rule.expires_after
        if is_old and name.startswith(rule.prefix):
            bucket.keys.pop(name)
            records.save_object(bucket.name, name)


def abort_uploads(bucket: LocalBucket, rule: Rule, records: Records) -> None:
    if rule.aborts_after is None:
        return
    for upload_id, upload in list(bucket.multiparts.items()):
        is_old = isinstance(upload, StoredUpload) and days_since(upload.initiated) > (
            rule.aborts_after
        )
        if is_old and upload.key_name.startswith(rule.prefix):
            del bucket.multiparts[upload_id]
            records.save_uploads(bucket.name, upload_id)


def days_since(moment: datetime) -> float:
    return (utcnow() - moment).total_seconds() / 86_400
