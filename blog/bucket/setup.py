"""The bucket looked at, and compared with what it has to be, part by part.

`blog.bucket.applying` changes what differs, and `blog.cli.bucket_setup` shows it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from blog.bucket.commands import WITH, command
from blog.bucket.deletion import deleting_rules
from blog.bucket.distributions import Distributions, distributions
from blog.bucket.merging import filtered, foreign, merged
from blog.bucket.openness import open_cors, open_statements
from blog.bucket.wanted import Document, Wanted
from blog.config import Settings
from blog.storage.administration import Administration
from blog.storage.client import StorageError
from blog.storage.refusals import BucketMissing, NotAllowed, NotSupported


@dataclass(frozen=True)
class Part:
    """One of the bucket's settings: how it is read and changed, and what becomes of it."""

    name: str
    title: str
    read: Callable[[Administration], Document | None]
    write: Callable[[Administration, Document], None]
    become: Callable[[Document | None, Wanted], Document]


OWNERSHIP = Part(
    "ownership",
    "Object ownership",
    Administration.ownership,
    Administration.set_ownership,
    lambda _, wanted: wanted.ownership,
)
PUBLIC_ACCESS = Part(
    "public access",
    "Block Public Access",
    Administration.public_access,
    Administration.set_public_access,
    lambda _, wanted: wanted.public_access,
)
POLICY = Part(
    "policy",
    "Bucket policy",
    Administration.policy,
    Administration.set_policy,
    lambda current, wanted: policy_of(current, wanted),
)
CORS = Part(
    "CORS",
    "CORS",
    Administration.cors,
    Administration.set_cors,
    # The first rule that matches decides which headers a page may read, so ours stands before.
    lambda current, wanted: {
        "CORSRules": merged(listed(current, "CORSRules"), wanted.cors_rules, in_front=True)
    },
)
LIFECYCLE = Part(
    "lifecycle",
    "Lifecycle",
    Administration.lifecycle,
    Administration.set_lifecycle,
    lambda current, wanted: {
        **(current or {}),
        "Rules": filtered(merged(listed(current, "Rules"), wanted.lifecycle_rules)),
    },
)
PARTS = (OWNERSHIP, PUBLIC_ACCESS, POLICY, CORS, LIFECYCLE)


def listed(document: Document | None, name: str) -> list[Document]:
    rules = (document or {}).get(name, [])
    return rules if isinstance(rules, list) else [rules]  # a policy may hold one statement bare


def statements(policy: Document | None) -> list[Document]:
    return listed(policy, "Statement")


def policy_of(current: Document | None, wanted: Wanted) -> Document:
    before = statements(current)
    after = merged(before, wanted.statements, superseded=wanted.superseded_statements)
    if current and after == before:
        return current
    return {"Version": "2012-10-17", **(current or {}), "Statement": after}


@dataclass(frozen=True)
class Found:
    """The bucket as it is; `refusals` are the parts that the store did not show, and why."""

    exists: bool
    region: str | None = None
    documents: dict[str, Document | None] = field(default_factory=dict)
    refusals: dict[str, StorageError] = field(default_factory=dict)

    @property
    def distributions(self) -> Distributions:
        """Who reads for the public as it is; of a policy that was not shown, nobody."""
        return distributions(statements(self.documents.get(POLICY.name)))

    @property
    def is_closed_unseen(self) -> bool:
        """Is it closed to the public, with a policy that the key may not read?"""
        switches = self.documents.get(PUBLIC_ACCESS.name) or {}
        is_hidden = isinstance(self.refusals.get(POLICY.name), NotAllowed)
        return is_hidden and bool(switches.get("RestrictPublicBuckets"))


@dataclass(frozen=True)
class Change:
    part: Part
    before: Document | None
    after: Document


def look(administration: Administration) -> Found:
    """The bucket as it is; raises StorageError where it cannot be asked at all."""
    try:
        region = administration.region()
    except BucketMissing:
        return Found(exists=False)
    found = Found(exists=True, region=region)
    for part in PARTS:
        try:
            found.documents[part.name] = part.read(administration)
        except (NotAllowed, NotSupported) as error:
            found.refusals[part.name] = error
    if len(found.refusals) == len(PARTS) and not any(
        isinstance(error, NotAllowed) for error in found.refusals.values()
    ):
        raise StorageError("What answers there knows none of a bucket's settings, and is no S3.")
    return found


def changes(found: Found, wanted: Wanted) -> list[Change]:
    """What differs from what is wanted, in the order in which it is safe to change it.

    Public: S3 takes no public policy before Block Public Access lets it. Behind a CDN: the CDN may
    read before everybody else may not.
    """
    order = [OWNERSHIP, PUBLIC_ACCESS, POLICY, CORS, LIFECYCLE]
    if wanted.mode == "cdn":
        order[1:3] = [POLICY, PUBLIC_ACCESS]
    needed = []
    for part in order:
        if part.name not in found.refusals:
            before = found.documents.get(part.name)
            after = part.become(before, wanted)
            if before != after:
                needed.append(Change(part, before, after))
    return needed


def warnings(found: Found, wanted: Wanted, settings: Settings) -> Iterator[str]:
    """A sentence for each rule that is not ours and opens more than the blog needs, or deletes."""
    known = (*wanted.statements, *wanted.superseded_statements)
    cors = listed(found.documents.get(CORS.name), "CORSRules")
    policy = statements(found.documents.get(POLICY.name))
    lifecycle = listed(found.documents.get(LIFECYCLE.name), "Rules")
    told = {
        "cors": list(open_cors(foreign(cors, *wanted.cors_rules))),
        "policy": list(open_statements(foreign(policy, *known), wanted.bucket, wanted.mode)),
        "lifecycle": list(deleting_rules(foreign(lifecycle, *wanted.lifecycle_rules))),
    }
    for sentences in told.values():
        yield from sentences
    commands = [
        f"“{command(f'delete-bucket-{name}', wanted.bucket, settings.endpoint_url)}”"
        for name, sentences in told.items()
        if sentences
    ]
    if commands:
        options = f" --mode cdn --distribution {wanted.distribution}" if wanted.distribution else ""
        yield (
            "To take such rules away, edit them in the store's console. Where nothing else needs"
            f" the others either, take away all by {' and '.join(commands)}; run"
            f" “flask bucket setup{options}” at once then, and ours are back. {WITH}."
        )


def notes(wanted: Wanted, settings: Settings) -> Iterator[str]:
    """What is good to know about what was chosen."""
    if wanted.is_hotlink_protected:
        yield (
            "Hotlink protection deters, and is no access control: any client can leave the Referer"
            " away or forge it. Readers of feeds on the web, and whoever embeds your pictures with"
            " your leave, lose them."
        )
    if wanted.mode == "cdn" and settings.media_url == settings.bucket_url:
        yield (
            "MEDIA_URL is not set here. Where the blog runs it has to be the address of the"
            " distribution, https://… say, before this is done: readers are sent to the bucket"
            " itself otherwise, which is closed to them."
        )
