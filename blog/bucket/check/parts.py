"""A large file in parts: begun, sent, listed, given up."""

import hashlib

from blog.bucket.check.judgement import cannot_be_told
from blog.bucket.check.readers import promotion
from blog.bucket.check.target import CONTENT_TYPE, Target, attack
from blog.bucket.check.uploads import accepted
from blog.bucket.check.words import POLICY
from blog.checks import Finding, failed, passed
from blog.storage.client import StorageError, is_refusal


# It needs what a promotion needs, which is asked before.
@attack("in parts: begun", expected="the app can begin", needs=(promotion,))
def begun(target: Target) -> Finding:
    key = target.media_key
    target.is_beginning = target.has_begun = True
    with target.asking(
        cause="The app's key may not begin uploads in parts, which large videos need.",
        fix=f"{POLICY}: s3:PutObject on media/* is missing.",
    ):
        try:
            multipart_id = target.store.open_multipart(
                key, content_type=CONTENT_TYPE, filename="signpost-check.webp"
            )
        except StorageError as error:
            target.is_beginning = not is_refusal(error)
            raise
    target.multipart_ids[multipart_id] = key
    target.is_beginning = False
    return passed("begun")


@attack("in parts: a part", expected="accepted", needs=(begun,))
def part(target: Target) -> Finding:
    [(multipart_id, key)] = target.multipart_ids.items()
    sha256 = hashlib.sha256(target.content).hexdigest()
    upload = target.store.sign_part(key, multipart_id, 1, size=len(target.content), sha256=sha256)
    headers = {"Origin": target.settings.site_url, **(upload.headers or {})}
    answer = target.put_part(upload.url, headers)
    if answer.is_success:
        return passed(answer.words)
    if not answer.is_clear:
        return cannot_be_told(answer)
    return failed(
        answer.words,
        cause="The store did not take a part as the app signs it.",
        fix="Look the code up in the store's documentation.",
    )


@attack("in parts: what arrived", expected="listed", needs=(part,))
def listed(target: Target) -> Finding:
    [(multipart_id, key)] = target.multipart_ids.items()
    with target.asking(
        cause="The app's key may not ask which parts have arrived.",
        fix=f"{POLICY}: s3:ListMultipartUploadParts on media/* is missing.",
    ):
        parts = target.store.parts(key, multipart_id)
    if [(found.number, found.size) for found in parts] != [(1, len(target.content))]:
        return failed(
            f"{len(parts)} parts",
            cause="The store does not list the part that it took.",
            fix="Use another store, or a newer version of this one: uploads cannot be resumed.",
        )
    return passed("listed")


@attack("sweep: open uploads", expected="the app can list them", needs=(accepted,))
def open_uploads(target: Target) -> Finding:
    with target.asking(
        cause="The app's key may not list the uploads in parts that are open.",
        fix=f"{POLICY}: s3:ListBucketMultipartUploads is missing; “flask media sweep” needs it.",
    ):
        found = {upload.multipart_id for upload in target.store.open_uploads(target.media_key)}
    if not found.issuperset(target.multipart_ids):
        return failed(
            "not all are told",
            cause="The store does not list an upload that is open.",
            fix="Give the bucket a lifecycle rule that aborts incomplete uploads: “flask media "
            "sweep” cannot find them here.",
        )
    return passed("listed")


@attack("sweep: objects", expected="the app can list pending/", needs=(accepted,))
def objects(target: Target) -> Finding:
    with target.asking(
        cause="The app's key may not list pending/, so it cannot tell “not arrived yet” from “not "
        "allowed”, and “flask media sweep” finds nothing.",
        fix=f"{POLICY}: s3:ListBucket for the prefixes pending/* and media/* is missing.",
    ):
        found = {listed.key for listed in target.store.objects(target.pending_key)}
    if target.pending_key in target.stored and target.pending_key not in found:
        return failed(
            "an object is missing",
            cause="The store does not list an object that it has.",
            fix="Run this again; a store whose lists come late may need some seconds.",
        )
    return passed("listed")


@attack("in parts: given up", expected="the app can abort", needs=(begun,))
def aborted(target: Target) -> Finding:
    [(multipart_id, key)] = target.multipart_ids.items()
    with target.asking(
        cause="The app's key may not abort uploads in parts, so their parts stay, and cost.",
        fix=f"{POLICY}: s3:AbortMultipartUpload on media/* is missing.",
    ):
        target.store.abort_multipart(key, multipart_id)
    query = {"uploadId": multipart_id}
    answer = target.ask("GET", key, query=query, is_signed=True)
    if answer.is_success:
        return failed(
            "still there",
            cause="The store said that it aborted the upload, and did not.",
            fix="Give the bucket a lifecycle rule that aborts incomplete uploads.",
        )
    if not answer.is_refusal:
        return cannot_be_told(answer)
    del target.multipart_ids[multipart_id]
    return passed("aborted")
