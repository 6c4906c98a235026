"""Rules that somebody else made and that delete what is published: kept, but told."""

from collections.abc import Iterator, Sequence

from blog.bucket.merging import called
from blog.bucket.wanted import MEDIA, Document


def deleting_rules(rules: Sequence[Document]) -> Iterator[str]:
    """A sentence for each rule of lifecycle that may take something under media/."""
    for rule in rules:
        if (when := _when(rule)) and rule.get("Status") == "Enabled" and _is_for_media(rule):
            yield (
                f"The lifecycle rule {called(rule)} is not ours and stays, but it deletes published"
                f" pictures {when}. Take it away, or give it a prefix that leaves {MEDIA} out."
            )


def _when(rule: Document) -> str:
    """Nothing where it takes old versions, delete markers or unfinished uploads alone."""
    expiration = rule.get("Expiration") or {}
    if "Date" in expiration:
        return f"on {expiration['Date']:%Y-%m-%d}"
    days = expiration.get("Days")
    return ("after a day" if days == 1 else f"after {days} days") if days else ""


def _is_for_media(rule: Document) -> bool:
    """A rule takes what all of its filter is true of; the app's objects have no tags.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-filters.html
    """
    chosen: Document = rule.get("Filter") or {"Prefix": rule.get("Prefix")}
    chosen = chosen.get("And", chosen)
    if chosen.get("Tag") or chosen.get("Tags"):
        return False
    prefix = chosen.get("Prefix") or ""
    return prefix.startswith(MEDIA) or MEDIA.startswith(prefix)
