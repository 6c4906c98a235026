"""What the app's key must not be able to do: who steals it should not get the account."""

import re
from collections.abc import Iterator

from blog.bucket.check import strangers
from blog.bucket.check.judgement import Attempt, refused
from blog.bucket.check.reaching import bucket
from blog.bucket.check.target import Target, attack
from blog.checks import Finding, Stop, noted, skipped

LESS = (
    "Give the app's user the policy that “flask bucket policy” prints, and take its others away "
    "(AmazonS3FullAccess, say)"
)


@attack("key: other buckets", expected="cannot be listed", needs=(bucket,))
def other_buckets(target: Target) -> Finding:
    not_of_the_embedded_owner(target)
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
    not_of_the_embedded_owner(target)
    return _of_the_whole_bucket(target, refused(_readings(target)))


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
    not_of_the_embedded_owner(target)
    answer = target.ask("PUT", target.new_key(""), body=target.content, is_signed=True)
    attempt = Attempt(
        answer,
        cause="The app's key may store objects anywhere in the bucket.",
        fix=f"{LESS}: s3:PutObject on pending/* and media/*, not on *.",
    )
    return _of_the_whole_bucket(target, refused([attempt]))


@attack("key: deleting elsewhere", expected="only pending/ and media/", needs=(strangers.deleting,))
def deleting(target: Target) -> Finding:
    not_of_the_embedded_owner(target)
    answer = target.ask("DELETE", target.new_key(""), is_signed=True)
    attempt = Attempt(
        answer,
        cause="The app's key may delete anything in the bucket.",
        fix=f"{LESS}: s3:DeleteObject on pending/* and media/*, not on *.",
    )
    return _of_the_whole_bucket(target, refused([attempt]))


def not_of_the_embedded_owner(target: Target) -> None:
    if target.is_embedded_owner:
        raise Stop(skipped("the owner here may do everything, by design"))


def _of_the_whole_bucket(target: Target, finding: Finding) -> Finding:
    """No failure where the store has no lesser keys."""
    if finding.outcome != "failed" or target.has_policies:
        return finding
    return noted(
        finding.happened,
        cause="This store's keys hold for a whole bucket.",
        fix="Keep this bucket for this blog alone, and let its key be for this bucket alone, "
        "without the right to change its settings.",
    )
