"""Whether what nobody finishes goes away by itself."""

import re
from datetime import timedelta

from blog.bucket.check.dates import read_date
from blog.bucket.check.http import Answer
from blog.bucket.check.target import Target, attack
from blog.bucket.check.uploads import accepted
from blog.bucket.check.words import SETUP
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
        if not (found or (stored.is_success and (target.is_aws or target.is_embedded))):
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
            fix=f"Make it expire after one day. Or: {SETUP}, which adds the rule signpost-pending.",
        )
    return passed(f"before {found[1]}")


def _told(answer: Answer) -> re.Match[str] | None:
    return re.search(r'expiry-date="([^"]+)"', answer.headers.get("x-amz-expiration", ""))
