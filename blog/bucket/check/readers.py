"""The way of an upload to its readers: looked at, promoted, read, and taken away again."""

from blog.bucket.check.http import Answer, NoAnswer
from blog.bucket.check.judgement import cannot_be_told
from blog.bucket.check.target import CONTENT_TYPE, Target, attack
from blog.bucket.check.uploads import accepted
from blog.bucket.check.words import POLICY, SETUP
from blog.checks import Finding, Stop, failed, noted, passed
from blog.storage.client import IMMUTABLE


@attack("what arrived", expected="the app can look at it", needs=(accepted,))
def arrived(target: Target) -> Finding:
    with target.asking(
        cause="The app's key may not read what is under pending/.",
        fix=f"{POLICY}: s3:GetObject on pending/* and media/* is missing.",
    ):
        stored = target.store.stat(target.pending_key)
        read = target.store.read(target.pending_key, 0, len(target.content))
    if (stored.size, stored.content_type, read) != (
        len(target.content),
        CONTENT_TYPE,
        target.content,
    ):
        return failed(
            f"{stored.size} bytes of {stored.content_type}",
            cause="What the bucket gives back is not what was stored.",
            fix="Look for a proxy before the store that changes what passes it.",
        )
    return passed("as it was sent")


@attack("promotion", expected="the app can copy to media/", needs=(arrived,))
def promotion(target: Target) -> Finding:
    with target.asking(
        cause="The app's key may not copy from pending/ to media/.",
        fix=f"{POLICY}: s3:PutObject on media/* is missing.",
    ):
        etag = target.store.stat(target.pending_key).etag
        target.stored.add(target.media_key)
        target.store.promote(
            target.pending_key,
            target.media_key,
            etag=etag,
            content_type=CONTENT_TYPE,
            filename="signpost-check.webp",
        )
    return passed("copied")


@attack("readers", expected="get what is under media/", needs=(promotion,))
def readers(target: Target) -> Finding:
    answer = published(target)
    if answer.status == 200 and answer.body == target.content:
        if target.is_direct and target.ask("GET", target.media_key).is_refusal:
            return failed(
                "only with a Referer",
                cause="The bucket's policy lets nobody read who tells no Referer: feed readers, "
                "link previews and some browsers show no pictures then.",
                fix=f"{SETUP}: its --hotlink-protection refuses other sites alone.",
            )
        return passed(f"200 at {target.media_host}")
    if not answer.is_clear:
        return cannot_be_told(answer)
    # Some names of a bucket lead to another one.
    if target.is_direct and not answer.is_redirect:
        if target.ask("GET", target.media_key).is_success:
            return failed(
                f"{answer.words} on pages of {target.settings.site_url}",
                cause="The bucket's policy refuses readers who come from a page of SITE_URL: it "
                "was set up with --hotlink-protection for another one.",
                fix=f"{SETUP}, with --hotlink-protection or without.",
            )
        return failed(
            answer.words,
            cause="Nobody may read what is under media/: the bucket's policy does not allow it, or "
            "Block Public Access stands before it.",
            fix=f"{SETUP}. Where a CDN stands before the bucket, set MEDIA_URL to its address.",
        )
    what = "something else" if answer.is_success else "no picture"
    return failed(
        answer.words,
        cause=f"{target.media_host} gives {what} where an object of this bucket is expected: "
        "MEDIA_URL is not its address, or the CDN may not read the bucket.",
        fix="Compare MEDIA_URL with the CDN's address; let it fetch from this bucket, which “flask "
        "bucket setup --mode cdn --distribution ARN” allows.",
    )


@attack("type of what is read", expected=CONTENT_TYPE, needs=(readers,))
def content_type(target: Target) -> Finding:
    headers = published(target).headers
    found = headers.get("Content-Type", "none")
    if found != CONTENT_TYPE:
        return failed(
            found,
            cause=f"{target.media_host} says another type than the object has, so browsers may not "
            "show the picture, or run it.",
            fix="Let the CDN pass the Content-Type of the bucket.",
        )
    if not target.is_direct and headers.get("X-Content-Type-Options", "").lower() != "nosniff":
        return noted(
            f"{found}, without nosniff",
            cause="The CDN could tell browsers not to guess types, and does not.",
            fix="Let it add “X-Content-Type-Options: nosniff” (CloudFront: the response headers "
            "policy SecurityHeadersPolicy).",
        )
    return passed(found)


@attack("caching of what is read", expected="for ever: immutable", needs=(readers,))
def caching(target: Target) -> Finding:
    found = published(target).headers.get("Cache-Control", "")
    directives = {part.strip().lower() for part in found.split(",")}
    missing = [part for part in IMMUTABLE.split(", ") if part not in directives]
    if not missing:
        return passed(found)
    return failed(
        found or "no Cache-Control",
        cause=f"Readers are not told that a picture never changes: {', '.join(missing)} is missing "
        f"at {target.media_host}, though the app stores it with each object.",
        fix="Let the store, and the CDN at MEDIA_URL, pass the Cache-Control of the object "
        "(CloudFront: no response headers policy that replaces it; Cloudflare: Browser Cache TTL "
        "“Respect Existing Headers”).",
    )


@attack("deletion", expected="the app can delete", needs=(promotion,))
def deletion(target: Target) -> Finding:
    with target.asking(
        cause="The app's key may not delete, so what authors delete stays, and costs.",
        fix=f"{POLICY}: s3:DeleteObject on pending/* and media/* is missing.",
    ):
        target.store.delete(target.pending_key, target.media_key)
    for key in (target.pending_key, target.media_key):
        answer = target.ask("HEAD", key, is_signed=True)
        if answer.is_success:
            return failed(
                f"{key} is still there",
                cause="The store said that it deleted the object, and did not.",
                fix="Look for a retention rule or an object lock on the bucket, and take it off.",
            )
        if not answer.is_refusal:
            return cannot_be_told(answer)
        target.stored.discard(key)
    return passed("deleted")


def published(target: Target) -> Answer:
    """What a reader of the blog gets; raises Stop where nobody answers."""
    try:
        return target.through_media_url(target.media_key)
    except NoAnswer as error:
        raise Stop(
            failed(
                "no answer",
                cause=f"{target.media_host}: {error}.",
                fix="Set MEDIA_URL to the address where readers get the pictures; or take it away, "
                "and they get them from the bucket.",
            )
        ) from None
