"""MEDIA_URL, where it is not the bucket's own address: what a CDN gives to anybody."""

from collections.abc import Iterator

from blog.bucket.check.http import NoAnswer
from blog.bucket.check.judgement import Attempt, cannot_be_told, refused
from blog.bucket.check.readers import readers
from blog.bucket.check.target import Target, attack
from blog.checks import Finding, failed, noted, passed

NOT_BEFORE = "MEDIA_URL is the bucket's own"

ALONE = (
    "Let what answers at MEDIA_URL hand on /media/ alone (CloudFront: a behaviour for /media/* and "
    "an origin access control, no other way in; Cloudflare: a security rule that blocks what does "
    "not begin with /media/)"
)


@attack("MEDIA_URL", expected="media/ alone", needs=(readers,))
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
