"""Whether an upload as the app signs it is taken, and one that differs in anything is not."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from blog.bucket.check.http import Answer
from blog.bucket.check.judgement import Attempt, cannot_be_told, refused
from blog.bucket.check.reaching import bucket
from blog.bucket.check.target import Target, attack
from blog.bucket.check.words import POLICY
from blog.checks import Finding, failed, noted, passed
from blog.db import now
from blog.storage import UPLOAD_LIFETIME, SignedUpload

LONG_AGO = 3600  # seconds; more than any clock may be off

NO_POST = ("NotImplemented", "MethodNotAllowed", "InvalidURI")


@attack("an upload", expected="accepted", needs=(bucket,))
def accepted(target: Target) -> Finding:
    answer = target.upload
    if answer.is_success and not (answer.headers.get("ETag") or answer.element("ETag")):
        return failed(
            f"{answer.words}, without an ETag",
            cause="What answered does not say what it stored, as every S3 does.",
            fix="Compare S3_ENDPOINT_URL with the store's address; look for a proxy before it.",
        )
    if answer.is_success:
        return passed(answer.words)
    if not answer.is_clear:
        return cannot_be_told(answer)
    method = target.settings.upload_method
    if method == "post" and (answer.status in (405, 501) or answer.code in NO_POST):
        return failed(
            answer.words,
            cause="This store takes no presigned POST, like Cloudflare R2 and Backblaze B2.",
            fix="Set S3_UPLOAD_METHOD=put.",
        )
    if answer.status == 403:
        return failed(
            answer.words,
            cause="The app's key may not store objects under pending/.",
            fix=f"{POLICY}: s3:PutObject on pending/* is "
            "missing, or a Deny of the bucket's policy stands against it.",
        )
    return failed(
        answer.words,
        cause=f"The store did not take a {method.upper()} as the app signs it.",
        fix="Look the code up in the store's documentation; perhaps "
        f"S3_UPLOAD_METHOD={'put' if method == 'post' else 'post'} serves.",
    )


@attack("refused: another key", expected="refused", needs=(accepted,))
def another_key(target: Target) -> Finding:
    signed, other = target.new_key("pending/"), target.new_key("pending/")
    upload = target.sign(signed)
    if upload.fields is not None:
        upload = replace(upload, fields={**upload.fields, "key": other})
    else:
        upload = replace(upload, url=_changed(upload.url, signed, other))
    answer = target.send(upload, target.content, key=other)
    return _judge(answer, "under another name than the one that was signed")


@attack("refused: another type", expected="refused", needs=(accepted,))
def another_type(target: Target) -> Finding:
    key = target.new_key("pending/")
    answer = target.send(
        _with(target.sign(key), "Content-Type", "text/html"), target.content, key=key
    )
    return _judge(answer, "as text/html, which runs in readers' browsers, instead of a picture")


@attack("refused: another size", expected="refused: one byte more, one less", needs=(accepted,))
def another_size(target: Target) -> Finding:
    return refused(_sizes(target))


def _sizes(target: Target) -> Iterator[Attempt]:
    for content, what in ((target.content + b"!", "more"), (target.content[:-1], "less")):
        key = target.new_key("pending/")
        # The checksum is that of what is sent, so that the size alone is wrong.
        upload = target.sign_content(key, content, size=len(target.content))
        yield _attempt(target.send(upload, content, key=key), f"with a byte {what} than signed")


@attack("refused: an expired policy", expected="refused", needs=(accepted,))
def expired(target: Target) -> Finding:
    key = target.new_key("pending/")
    if target.settings.upload_method == "post":
        upload = target.sign(key, lifetime=-LONG_AGO)
    else:
        headers = target.sign(key).headers or {}
        signed = {**headers, "Content-Length": str(len(target.content))}
        url = target.store.presign_at(
            "PUT",
            f"{target.settings.bucket_url}/{key}",
            headers=signed,
            at=now() - timedelta(seconds=2 * LONG_AGO),
            lifetime=LONG_AGO,
        )
        upload = SignedUpload("PUT", url, headers=headers)
    answer = target.send(upload, target.content, key=key)
    return _judge(answer, "an hour after its permission had expired")


@attack("refused: a changed policy", expected="refused", needs=(accepted,))
def changed(target: Target) -> Finding:
    key = target.new_key("pending/")
    upload = target.sign(key)
    if upload.fields is not None:
        document = json.loads(base64.b64decode(upload.fields["policy"]))
        document["conditions"].append(["starts-with", "$key", ""])
        policy = base64.b64encode(json.dumps(document).encode()).decode()
        upload = replace(upload, fields={**upload.fields, "policy": policy})
    else:
        upload = replace(
            upload,
            url=_changed(upload.url, f"X-Amz-Expires={UPLOAD_LIFETIME}", "X-Amz-Expires=604800"),
        )
    answer = target.send(upload, target.content, key=key)
    return _judge(answer, "though its permission was changed after it was signed")


@attack("refused: an extra field", expected="refused", needs=(accepted,))
def extra_field(target: Target) -> Finding:
    key = target.new_key("pending/")
    upload = _with(target.sign(key), "x-amz-meta-signpost", "was not signed")
    return _judge(target.send(upload, target.content, key=key), "with a field that was not signed")


@attack("refused: other bytes", expected="refused by their checksum", needs=(accepted,))
def other_bytes(target: Target) -> Finding:
    key = target.new_key("pending/")
    other = target.content[:-2] + b"?\n"
    answer = target.send(target.sign(key), other, key=key)
    if not answer.is_success:
        return _judge(answer, "")
    with target.asking(
        cause="The app's key may not look at what arrived.",
        fix=f"{POLICY}.",
    ):
        told = target.store.stat(key).sha256
        read = target.store.sha256(key)
    claimed = hashlib.sha256(target.content).hexdigest()
    if claimed in (told, read):
        return failed(
            f"{answer.words}, and the checksum that was claimed is told",
            cause="This store checks no SHA-256, and tells the claimed one as if it had. Authors "
            "could store other bytes than the app believes.",
            fix="Use another store, or a newer version of this one.",
        )
    return noted(
        "verified by read-back instead",
        cause="This store checks no SHA-256. The app reads each upload back once, and compares.",
    )


def _changed(url: str, old: str, new: str) -> str:
    """A forgery that changes nothing would be taken, and blamed on the store."""
    if old not in url:
        raise ValueError("the signed address has no such part")
    return url.replace(old, new)


def _with(upload: SignedUpload, name: str, value: str) -> SignedUpload:
    """The upload with one field, or header, that is not as signed."""
    if upload.fields is not None:
        return replace(upload, fields={**upload.fields, name: value})
    return replace(upload, headers={**(upload.headers or {}), name: value})


def _judge(answer: Answer, what: str) -> Finding:
    return refused([_attempt(answer, what)])


def _attempt(answer: Answer, what: str) -> Attempt:
    return Attempt(
        answer,
        cause=f"The store took an upload {what}: it does not enforce what the app signs.",
        fix="Do not let authors upload whom you do not trust, and use another store: this one "
        "keeps no signature's word. (A proxy before it may do the same.)",
        what="accepted",
    )
