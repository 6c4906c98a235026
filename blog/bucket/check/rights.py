"""What the app's key must not be able to do: who steals it should not get the account."""

import base64
import hashlib
import re
from collections.abc import Iterator

from blog.bucket.check import strangers
from blog.bucket.check.http import Answer
from blog.bucket.check.judgement import Attempt, cannot_be_told, refused
from blog.bucket.check.reaching import bucket
from blog.bucket.check.target import Target, attack
from blog.checks import Finding, Stop, failed, noted, passed, skipped

LESS = (
    "Give the app's user the policy that “flask bucket policy” prints, and take its others away "
    "(AmazonS3FullAccess, say)"
)

# Settings that open or empty a bucket, each with a document that no store can accept: who gets as
# far as that, instead of a 403, may change them.
SETTINGS = {
    "policy": b"{",
    "cors": b"<SignpostCheck>",
    "lifecycle": b"<SignpostCheck>",
    "publicAccessBlock": b"<SignpostCheck>",
}


@attack("key: other buckets", expected="cannot be listed", needs=(bucket,))
def other_buckets(target: Target) -> Finding:
    _not_of_the_embedded_owner(target)
    region = target.settings.region
    root = target.settings.endpoint_url or f"https://s3.{region}.amazonaws.com"
    answer = target.ask("GET", root=root, is_signed=True)
    names = set(re.findall(r"<Name>([^<]*)</Name>", answer.body.decode(errors="replace")))
    is_this_one = answer.is_success and names <= {target.settings.bucket}
    if is_this_one and not (target.is_aws or target.is_embedded):
        return noted("sees this one only", cause="The store lists the buckets that a key may use.")
    attempt = Attempt(
        answer,
        cause="The app's key may list all buckets of the account.",
        fix=f"{LESS}: without s3:ListAllMyBuckets.",
    )
    return refused([attempt])


# What everybody may do, the key may do as well: that is one fault, and told of the strangers.
@attack(
    "key: reading elsewhere",
    expected="only pending/ and media/",
    needs=(strangers.listing, strangers.reading),
)
def reading(target: Target) -> Finding:
    _not_of_the_embedded_owner(target)
    return refused(_readings(target))


def _readings(target: Target) -> Iterator[Attempt]:
    yield Attempt(
        target.ask("GET", query={"list-type": "2", "max-keys": "1"}, is_signed=True),
        cause="The app's key may list the whole bucket, not only pending/ and media/.",
        fix=f"{LESS}: s3:ListBucket with the condition on s3:prefix.",
        what="for the list of all keys",
    )
    answer = target.ask("GET", target.new_key(""), is_signed=True)
    # Nothing is stored there. Who may not read is told 403; who may is told 404, or that the right
    # to list is what is missing:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
    is_told = "s3:ListBucket" in answer.element("Message")
    yield Attempt(
        answer,
        cause="The app's key may read everything in the bucket.",
        fix=f"{LESS}: s3:GetObject on pending/* and media/*, not on *.",
        is_through=answer.is_success or answer.status == 404 or is_told,
    )


@attack("key: writing elsewhere", expected="only pending/ and media/", needs=(strangers.writing,))
def writing(target: Target) -> Finding:
    _not_of_the_embedded_owner(target)
    answer = target.ask("PUT", target.new_key(""), body=target.content, is_signed=True)
    attempt = Attempt(
        answer,
        cause="The app's key may store objects anywhere in the bucket.",
        fix=f"{LESS}: s3:PutObject on pending/* and media/*, not on *.",
    )
    return refused([attempt])


@attack("key: deleting elsewhere", expected="only pending/ and media/", needs=(strangers.deleting,))
def deleting(target: Target) -> Finding:
    _not_of_the_embedded_owner(target)
    answer = target.ask("DELETE", target.new_key(""), is_signed=True)
    attempt = Attempt(
        answer,
        cause="The app's key may delete anything in the bucket.",
        fix=f"{LESS}: s3:DeleteObject on pending/* and media/*, not on *.",
    )
    return refused([attempt])


@attack("key: the bucket's settings", expected="cannot be changed", needs=(bucket,))
def settings(target: Target) -> Finding:
    _not_of_the_embedded_owner(target)
    found = {name: _may_change(target, name) for name in SETTINGS}
    may = [name for name, answer in found.items() if answer]
    if may:
        return failed(
            f"{', '.join(may)} can be changed",
            cause="Who has the app's key could open the bucket to everybody, or empty it.",
            fix=f"{LESS}: what “flask bucket setup” does needs other credentials "
            "(S3_SETUP_ACCESS_KEY_ID).",
        )
    if None in found.values():
        return skipped("the store looks at the documents before the rights")
    return passed("refused")


def _may_change(target: Target, name: str) -> bool | None:
    """Tries to, and puts back what was there where the store takes anything; None where it does
    not tell."""
    before = target.ask("GET", query={name: ""}, is_signed=True)
    answer = _put(target, name, SETTINGS[name])
    if answer.is_success:
        _put_back(target, name, before)
        return True
    if not answer.is_refusal:
        raise Stop(cannot_be_told(answer))
    if answer.status != 400 or not answer.code.startswith("Malformed"):
        return False
    # A stranger has no right at all: who tells even him that it is malformed judges rights later.
    return None if _put(target, name, SETTINGS[name], is_signed=False).status == 400 else True


def _put_back(target: Target, name: str, before: Answer) -> None:
    if before.is_success:
        answer = _put(target, name, before.body)
    elif before.status == 404:
        answer = target.ask("DELETE", query={name: ""}, is_signed=True)
    else:
        answer = before
    if not answer.is_success:
        raise Stop(
            failed(
                f"{name} was changed",
                cause=f"The store took a document that is none as the bucket's {name}, and what "
                f"was there could not be put back ({answer.words}).",
                fix="Run “flask bucket setup” now, which sets it right.",
            )
        )


def _put(target: Target, name: str, document: bytes, *, is_signed: bool = True) -> Answer:
    # Some of these requests need a digest of their body, which S3 may look at before the rights.
    digest = hashlib.md5(document, usedforsecurity=False).digest()
    headers = {"Content-MD5": base64.b64encode(digest).decode()}
    query = {name: ""}
    return target.ask("PUT", query=query, headers=headers, body=document, is_signed=is_signed)


def _not_of_the_embedded_owner(target: Target) -> None:
    if target.is_embedded_owner:
        raise Stop(skipped("the embedded bucket's own key may do everything, by design"))
