"""The bucket brought to what it has to be, part by part, with a sentence on what became of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from blog.bucket.commands import command
from blog.bucket.setup import PARTS, POLICY, PUBLIC_ACCESS, Change, Found, Part, changes, look
from blog.bucket.stores import lacks
from blog.bucket.wanted import Wanted
from blog.config import Settings
from blog.storage.administration import PAUSES, Administration
from blog.storage.client import StorageError
from blog.storage.refusals import NotAllowed, NotSupported, PublicPolicyBlocked
from blog.storage.stores import store_at

Outcome = Literal["done", "lacking", "failed", "untried"]

MEANWHILE = "Somebody changed it meanwhile, and it is left as it is now: run this again."


@dataclass(frozen=True)
class Step:
    """What became of a part, and a sentence about it."""

    part: Part
    outcome: Outcome
    words: str


def refused(found: Found, settings: Settings, key_name: str) -> list[Step]:
    """The parts that could not be looked at, so that they are left alone."""
    return [
        _failure(part, found.refusals[part.name], settings, key_name)
        for part in PARTS
        if part.name in found.refusals
    ]


def apply(
    administration: Administration, needed: Sequence[Change], settings: Settings
) -> Iterator[Step]:
    """Changes one part after another, and tells of each; the rest goes on where one fails."""
    failed_access = False
    for change in needed:
        part = change.part
        is_access = part in (PUBLIC_ACCESS, POLICY)
        if is_access and failed_access:
            yield Step(part, "untried", "not tried, for the step before it failed.")
            continue
        try:
            is_as_shown = part.read(administration) == change.before
            if is_as_shown:
                part.write(administration, change.after)
        except StorageError as error:
            step = _failure(part, error, settings, administration.key_name)
            failed_access = failed_access or (is_access and step.outcome == "failed")
            yield step
        else:
            failed_access = failed_access or (is_access and not is_as_shown)
            yield Step(part, "done", "set.") if is_as_shown else Step(part, "failed", MEANWHILE)


def unkept(administration: Administration, steps: Sequence[Step], wanted: Wanted) -> Iterator[Step]:
    """Looks again at what was set, and tells of what is not there, after some seconds either."""
    parts = [step.part for step in steps if step.outcome == "done"]
    left: list[Part] = []
    words = ""
    for pause in (*PAUSES, None):
        try:
            found = look(administration)
        except StorageError as error:
            left, words = parts, f"The store said that it is set, and cannot be asked now: {error}"
        else:
            wrong = {change.part.name for change in changes(found, wanted)} | found.refusals.keys()
            left = [part for part in parts if not found.exists or part.name in wrong]
            words = "The store said that it is set, and tells otherwise now."
        if not left or pause is None:
            break
        administration.pause(pause)
    for part in left:
        yield Step(part, "failed", words)


def _failure(part: Part, error: StorageError, settings: Settings, key_name: str) -> Step:
    match error:
        case NotSupported():
            return Step(part, "lacking", lacks(store_at(settings.endpoint_url), part.name))
        case NotAllowed():
            words = lacking_right(error, key_name)
            if "explicit deny" in str(error):  # of an organisation, say: no policy helps then
                words += f" It is denied above the key: {error}"
        case PublicPolicyBlocked():
            words = (
                "Block Public Access refuses a policy that is public. Where the bucket's own is"
                " off, it is that of the account or the organisation: switch it off there (S3,"
                " Block Public Access settings for this account), or keep the bucket private and"
                " use --mode cdn. A public statement that is not ours has to go first."
            )
        case _ if "InvalidBucketAclWithObjectOwnership" in str(error):
            operation = "put-bucket-acl --acl private"
            closing = command(operation, settings.bucket, settings.endpoint_url)
            words = (
                "The bucket's access list gives rights to others, and would lose its effect: take"
                f" them away (“{closing}”, by who may: s3:PutBucketAcl), then run it again."
            )
        case _:
            words = f"The bucket refused: {error}"
    return Step(part, "failed", words)


def lacking_right(error: NotAllowed, key_name: str) -> str:
    """What to do about a right that the key lacks, which is told by the name of its variable."""
    if key_name == "AWS_ACCESS_KEY_ID":
        return (
            f"AWS_ACCESS_KEY_ID lacks the right {error.action}. Where that is the app's own key, it"
            " is meant to: run this on your own machine, with credentials for setting up"
            " (docs/deploy/aws.md), and not where the blog runs. “flask bucket policy --setup”"
            " prints all that setting up takes."
        )
    return (
        f"{key_name} lacks the right {error.action}; “flask bucket policy --setup” prints all that"
        " setting up takes."
    )
