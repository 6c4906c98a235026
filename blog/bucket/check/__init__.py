"""`flask bucket check`: the bucket as it is configured, attacked for real.

Each module holds the checks of one side; here they stand in the order in which they are made. A
check whose ground is missing is skipped, so that one fault is one failure.
"""

from collections.abc import Generator, Sequence

from blog.bucket.check import (
    cdn,
    documents,
    lasting,
    pages,
    parts,
    reaching,
    readers,
    rights,
    strangers,
    uploads,
)
from blog.bucket.check.target import Attack, Target
from blog.checks import Result, run
from blog.config import Settings

GROUND = (
    reaching.endpoint,
    reaching.clock,
    reaching.region,
    reaching.credentials,
    reaching.bucket,
    pages.own_pages,
)

CHECKS: Sequence[Attack] = (
    *GROUND,
    pages.other_pages,
    uploads.accepted,
    pages.readable,
    uploads.another_key,
    uploads.another_type,
    uploads.another_size,
    uploads.expired,
    uploads.changed,
    uploads.extra_field,
    uploads.other_bytes,
    strangers.listing,
    strangers.settings,
    documents.strangers_settings,
    strangers.writing,
    strangers.deleting,
    strangers.reading,
    readers.arrived,
    readers.promotion,
    readers.readers,
    readers.content_type,
    readers.caching,
    cdn.media_alone,
    cdn.past_the_cdn,
    parts.begun,
    parts.part,
    parts.listed,
    parts.open_uploads,
    parts.objects,
    parts.aborted,
    lasting.expiry,
    lasting.staying,
    readers.deletion,
    rights.other_buckets,
    rights.reading,
    rights.writing,
    rights.deleting,
    documents.settings,
)

# What `flask doctor` asks: does it work, and not whether it is safe.
QUICK: Sequence[Attack] = (*GROUND, uploads.accepted)


def check_bucket(settings: Settings, checks: Sequence[Attack] = CHECKS) -> Generator[Result]:
    """Attacks the bucket; whatever was stored meanwhile is taken away, also where this ends early.

    The last result tells so.
    """
    target = Target(settings)
    try:
        yield from run(checks, target)
        yield _cleaned_up(target)
    finally:
        target.clean_up()
        target.http.close()


def _cleaned_up(target: Target) -> Result:
    left = target.clean_up()
    if not left and target.keeps_versions:
        return Result(
            "cleaned up",
            "noted",
            "nothing is left",
            "old versions are left",
            "The bucket keeps versions: what the checks deleted, and what authors delete, stays, "
            "and costs.",
            "Give the bucket a lifecycle rule that deletes noncurrent versions after some days.",
        )
    if not left:
        return Result("cleaned up", "passed", "nothing is left", "nothing is left")
    return Result(
        "cleaned up",
        "noted",
        "nothing is left",
        f"left: {', '.join(left)}",
        "The app's key could not take away what the checks had stored.",
        "Delete it by hand; what is under pending/ expires, where the bucket has a rule for it.",
    )
