"""MEDIA_URL, where it is not the bucket's own address: what a CDN gives to anybody."""

from collections.abc import Iterator

from blog.bucket.check.http import NoAnswer
from blog.bucket.check.judgement import Attempt, cannot_be_told, refused
from blog.bucket.check.readers import readers
from blog.bucket.check.target import CONTENT_TYPE, Target, attack
from blog.checks import Finding, failed, noted, passed

NOT_BEFORE = "MEDIA_URL is the bucket's own"

ALONE = (
    "Let what answers at MEDIA_URL hand on /media/ alone (CloudFront: a behaviour for /media/* and "
    "an origin access control, no other way in; Cloudflare: a security rule that blocks what does "
    "not begin with /media/)"
)

READ_ALONE = (
    "Let what answers at MEDIA_URL take GET and HEAD alone, and let its own key do no more than "
    "s3:GetObject on media/*"
)


@attack("MEDIA_URL", expected="reading media/ alone", needs=(readers,))
def media_alone(target: Target) -> Finding:
    if target.is_direct:
        return passed(NOT_BEFORE)
    try:
        return refused(_through_the_cdn(target))
    except NoAnswer as error:
        return failed(
            "no answer",
            cause=f"{target.media_host}: {error}.",
            fix="Look at the CDN's state, then run this again.",
        )


def _through_the_cdn(target: Target) -> Iterator[Attempt]:
    # A success is not enough: some answer 200 with a page that says that there is nothing.
    answer = target.through_media_url(target.pending_key)
    yield Attempt(
        answer,
        cause="Anybody may read through MEDIA_URL what lies under pending/, before it was checked "
        "or published.",
        fix=f"{ALONE}.",
        what="for pending/",
        is_through=answer.is_success and answer.body == target.content,
        may_redirect=True,
    )
    answer = target.through_media_url("?list-type=2&max-keys=1")
    yield Attempt(
        answer,
        cause="Anybody may list through MEDIA_URL what is in the bucket.",
        fix=f"{ALONE}.",
        what="for the list of all keys",
        is_through=answer.is_success and b"ListBucketResult" in answer.body,
        may_redirect=True,
    )
    yield _writing(target)
    yield _deleting(target)


def _writing(target: Target) -> Attempt:
    key = target.new_key("media/")
    target.stored.add(key)
    answer = target.through_media_url(key, "PUT", target.content)
    return Attempt(
        answer,
        cause="Anybody may store something through MEDIA_URL, also in place of a picture.",
        fix=f"{READ_ALONE}.",
        what="for storing in media/",
        is_through=answer.is_success and _is_there(target, key),
        may_redirect=True,
    )


def _deleting(target: Target) -> Attempt:
    key = target.new_key("media/")
    headers = {"Content-Type": CONTENT_TYPE}
    target.ask("PUT", key, headers=headers, body=target.content, is_signed=True)
    was_there = _is_there(target, key)
    answer = target.through_media_url(key, "DELETE")
    return Attempt(
        answer,
        cause="Anybody may delete pictures through MEDIA_URL.",
        fix=f"{READ_ALONE}.",
        what="for deleting in media/",
        is_through=answer.is_success and was_there and not _is_there(target, key),
        may_redirect=True,
    )


def _is_there(target: Target, key: str) -> bool:
    # Some answer 200 to anything, and do nothing.
    return target.ask("HEAD", key, is_signed=True).is_success


@attack("past MEDIA_URL", expected="nothing", needs=(readers,))
def past_the_cdn(target: Target) -> Finding:
    if target.is_direct:
        return passed(NOT_BEFORE)
    answer = target.ask("GET", target.media_key, headers=target.referer)
    if answer.is_refusal:
        return passed(answer.words)
    if not answer.is_success:
        return cannot_be_told(answer)
    return noted(
        f"{answer.words} from the bucket",
        cause="What is under media/ can also be read from the bucket itself, past the CDN, which "
        "costs more, and takes no notice of the CDN's rules.",
        fix="If that is not meant, close the bucket and let the CDN alone read it; with "
        "CloudFront: “flask bucket setup --mode cdn --distribution ARN”.",
    )
