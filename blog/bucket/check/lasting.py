"""Whether what nobody finishes goes away by itself, and what is published does not."""

import re
from datetime import timedelta
from urllib.parse import unquote

from blog.bucket.check.dates import read_date
from blog.bucket.check.http import Answer
from blog.bucket.check.judgement import cannot_be_told
from blog.bucket.check.readers import promotion
from blog.bucket.check.target import Target, attack
from blog.bucket.check.uploads import accepted
from blog.bucket.check.words import POLICY, SETUP
from blog.bucket.merging import OURS
from blog.checks import Finding, failed, noted, passed, skipped
from blog.db import now

# A rule of one day deletes at the midnight (UTC) after it, or some hours later.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
LONGEST = timedelta(days=3)


@attack("pending/ expires", expected="after a day", needs=(accepted,))
def expiry(target: Target) -> Finding:
    found = _told(target.upload)
    if not found:
        stored = target.ask("HEAD", target.pending_key, is_signed=True)
        found = _told(stored)
        if not (found or (stored.is_success and _tells(target))):
            return skipped("the store does not tell")
    if not found:
        return failed(
            "never",
            cause="No lifecycle rule deletes what stays under pending/, so what was never finished "
            "costs for ever, unless “flask media sweep” runs.",
            fix=f"{SETUP}, which adds the rule signpost-pending.",
        )
    at = read_date(found[1])
    if at is None:
        return skipped("the store tells a date that is none")
    left = at - now()
    if left < timedelta():
        return noted(
            f"before {found[1]}",
            cause="The store says that what was stored just now should be gone already.",
            fix="Look at the dates of the bucket's lifecycle rules: uploads in progress may "
            "disappear.",
        )
    if left > LONGEST:
        return noted(
            f"in {left.days} days",
            cause="The lifecycle rule of pending/ keeps for long what was never finished.",
            fix=f"{SETUP}, which adds a rule that takes it after one day.",
        )
    return passed(f"before {found[1]}")


@attack("media/ stays", expected="never expires", needs=(promotion,))
def staying(target: Target) -> Finding:
    stored = target.ask("HEAD", target.media_key, is_signed=True)
    if stored.status in (401, 403):
        return failed(
            stored.words,
            cause="The app's key may not look at what is under media/.",
            fix=f"{POLICY}: s3:GetObject on pending/* and media/* is missing.",
        )
    if not stored.is_success:
        return cannot_be_told(stored)
    if found := _told(stored):
        return _taken(found)
    if _tells(target) or _told(target.ask("HEAD", target.pending_key, is_signed=True)):
        return passed("never")
    # Another store tells nothing of pending/ either, where setup has put a rule.
    return skipped("the store does not tell")


def _taken(found: re.Match[str]) -> Finding:
    rule = unquote(found[2] or "")
    called = f"The lifecycle rule “{rule}”" if rule else "A lifecycle rule"
    return failed(
        f"before {found[1]}",
        cause=f"{called} deletes what is under media/, so readers miss the pictures of older posts "
        "and nothing brings them back.",
        fix=f"{SETUP}, which puts it right."
        if rule.lower().startswith(OURS)
        else "Take it away in the store's console, or give it a prefix that leaves media/ out: "
        "“flask bucket setup” warns of it, and leaves it alone.",
    )


def _tells(target: Target) -> bool:
    """Whether it is known that the store tells where there is a rule."""
    return target.is_aws or target.is_embedded


def _told(answer: Answer) -> re.Match[str] | None:
    """When an object will be gone, and by which rule."""
    return re.search(
        r'expiry-date="([^"]+)"(?:, *rule-id="([^"]*)")?',
        answer.headers.get("x-amz-expiration", ""),
    )
