"""What anybody may do without a signature: nothing but read what is published."""

from collections.abc import Iterator
from functools import partial
from itertools import product

from blog.bucket.check.http import form
from blog.bucket.check.judgement import Attempt, refused
from blog.bucket.check.reaching import bucket
from blog.bucket.check.target import CONTENT_TYPE, Target, attack
from blog.bucket.check.uploads import accepted
from blog.bucket.check.words import without_foreign
from blog.checks import Finding

LISTS: tuple[dict[str, str], ...] = (
    {"list-type": "2"},
    *({"list-type": "2", "prefix": prefix} for prefix in ("media/", "pending/")),
    *({"uploads": ""}, {"versions": ""}),
)

# An object, and that very object of a bucket without versions, which is another right.
VERSIONS: tuple[dict[str, str] | None, ...] = (None, {"versionId": "null"})


@attack("strangers: listing", expected="refused", needs=(bucket,))
def listing(target: Target) -> Finding:
    return refused(
        Attempt(
            target.ask("GET", query={**query, "max-keys": "1"}, headers=headers),
            cause="Anybody may list what is in the bucket, also what nobody published.",
            fix=_fix(target, "s3:ListBucket is the app's alone"),
            what=what,
        )
        for headers, what in _guises(target)
        for query in LISTS
    )


@attack("strangers: settings", expected="cannot be read", needs=(bucket,))
def settings(target: Target) -> Finding:
    return refused(
        Attempt(
            target.ask("GET", query={name: ""}),
            cause="Anybody may read the bucket's settings, and find there what is open.",
            fix=_fix(target, f"s3:GetBucket{name.capitalize()} is nobody's"),
            what=f"for {name}",
        )
        for name in ("policy", "acl", "cors")
    )


@attack("strangers: writing", expected="refused", needs=(bucket,))
def writing(target: Target) -> Finding:
    return refused(_writings(target))


def _writings(target: Target) -> Iterator[Attempt]:
    places = (("pending/", ""), ("media/", ""), ("media/", ".jpg"), ("", ""))
    for (place, ending), (guise, whose) in product(places, _guises(target)):
        prefix = f"{place}*{ending}"
        attempt = partial(
            Attempt,
            cause=f"Anybody may store what is named {prefix}, at your expense.",
            fix=_fix(target, "s3:PutObject is the app's alone"),
            what=f"for {prefix} {whose}".strip(),
        )
        key = target.new_key(place) + ending
        headers = {"Content-Type": CONTENT_TYPE, **guise}
        yield attempt(target.ask("PUT", key, headers=headers, body=target.content))
        body, headers["Content-Type"] = form({"key": key}, target.content)
        url = target.settings.bucket_url
        yield attempt(target.write("POST", url, headers, body, key=key))


@attack("strangers: deleting", expected="refused", needs=(bucket,))
def deleting(target: Target) -> Finding:
    # Of a key that was never used: S3 says whether it would.
    return refused(
        Attempt(
            target.ask("DELETE", target.new_key(prefix), query=version, headers=guise),
            cause=f"Anybody may delete what is under {prefix}.",
            fix=_fix(target, "s3:DeleteObject is the app's alone, and s3:DeleteObjectVersion too"),
            what=f"for {prefix} {whose}".strip(),
        )
        for prefix in ("pending/", "media/")
        for guise, whose in _guises(target)
        for version in VERSIONS
    )


@attack("strangers: reading outside media/", expected="refused", needs=(accepted,))
def reading(target: Target) -> Finding:
    return refused(
        Attempt(
            target.ask("GET", target.pending_key, query=version, headers=headers),
            cause="Anybody may read what lies under pending/, before it was checked or published.",
            fix=_fix(target, "everybody may have s3:GetObject on media/* only, not on *"),
            what=what,
        )
        for headers, what in _guises(target)
        for version in VERSIONS
    )


def _guises(target: Target) -> tuple[tuple[dict[str, str], str], ...]:
    """Who tells nothing, and who claims to come from a page of the blog: a policy may believe it,
    and anybody can say so. Headers, and words for them."""
    return ({}, ""), (target.referer, f"for who names {target.settings.site_url} as Referer")


def _fix(target: Target, rule: str) -> str:
    return (
        f"Take the statements for everybody (Principal *) that allow it out of the bucket's "
        f"policy: {rule}. {without_foreign('policy', target.settings)}."
    )
