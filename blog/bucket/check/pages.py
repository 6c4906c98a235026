"""What pages may do to the bucket, as browsers ask it (CORS).

https://fetch.spec.whatwg.org/#cors-preflight-fetch and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from blog.bucket.check.http import Answer
from blog.bucket.check.judgement import cannot_be_told
from blog.bucket.check.reaching import bucket
from blog.bucket.check.target import Target, attack
from blog.bucket.check.uploads import accepted
from blog.bucket.check.words import SETUP, without_foreign
from blog.checks import Finding, Stop, failed, passed


@dataclass(frozen=True)
class Preflight:
    """What a page wants to send: `headers` are those that need permission, in lower case."""

    method: str
    key: str
    headers: tuple[str, ...] = ()

    def is_granted(self, target: Target, origin: str) -> bool:
        """Raises Stop where the store does not tell."""
        answer = self.ask(target, origin)
        if not answer.is_clear:
            raise Stop(cannot_be_told(answer))
        return self.is_granted_by(answer, origin)

    def ask(self, target: Target, origin: str) -> Answer:
        asked = {"Origin": origin, "Access-Control-Request-Method": self.method}
        if self.headers:
            asked["Access-Control-Request-Headers"] = ",".join(sorted(self.headers))
        return target.ask("OPTIONS", self.key, headers=asked)

    def is_granted_by(self, answer: Answer, origin: str) -> bool:
        granted = answer.headers.get
        return (
            answer.is_success
            and granted("Access-Control-Allow-Origin", "") in (origin, "*")
            and _covers(granted("Access-Control-Allow-Methods", ""), [self.method.lower()])
            and _covers(granted("Access-Control-Allow-Headers", ""), self.headers)
        )


def _covers(header: str, names: Iterable[str]) -> bool:
    """A star is for all but Authorization where no credentials are sent, as here."""
    listed = _listed(header)
    return all(name in listed or ("*" in listed and name != "authorization") for name in names)


@attack("uploads from SITE_URL", expected="allowed by CORS", needs=(bucket,))
def own_pages(target: Target) -> Finding:
    origin = target.settings.site_url
    for wanted in _real_requests(target):
        if not wanted.is_granted(target, origin):
            cause, fix = _why_not(target, wanted)
            return failed(f"{wanted.method} refused", cause=cause, fix=fix)
    return passed("allowed")


def _real_requests(target: Target) -> list[Preflight]:
    """What the editor really sends: a file, and a part of a large one."""
    upload = target.sign(target.pending_key)
    part = target.store.sign_part(
        target.media_key, "none", 1, size=len(target.content), sha256="00" * 32
    )
    key = "" if upload.method == "POST" else target.pending_key
    # The form's own type, multipart/form-data, needs no permission.
    return [
        Preflight(upload.method, key, tuple(name.lower() for name in upload.headers or {})),
        Preflight("PUT", target.media_key, tuple(name.lower() for name in part.headers or {})),
    ]


def _why_not(target: Target, wanted: Preflight) -> tuple[str, str]:
    origin = target.settings.site_url
    plain = [Preflight(method, wanted.key) for method in ("GET", "HEAD", "PUT", "POST")]
    if not any(request.is_granted(target, origin) for request in plain):
        return (
            f"No CORS rule of the bucket is for {origin}, so browsers send nothing there.",
            f"{SETUP}, which adds the rule. Or add {origin} to its AllowedOrigins.",
        )
    if not Preflight(wanted.method, wanted.key).is_granted(target, origin):
        return (
            f"The CORS rule for {origin} does not allow {wanted.method}.",
            f"{SETUP}. Or add {wanted.method} to the rule's AllowedMethods.",
        )
    alone = [Preflight(wanted.method, wanted.key, (name,)) for name in wanted.headers]
    names = ", ".join(
        header for request in alone if not request.is_granted(target, origin)
        for header in request.headers
    )  # fmt: skip
    return (
        f"The CORS rule for {origin} does not allow the header {names} with {wanted.method}.",
        f"{SETUP}. Or add {names} to the rule's AllowedHeaders.",
    )


@attack("uploads from other sites", expected="refused by CORS", needs=(bucket,))
def other_pages(target: Target) -> Finding:
    unclear: Finding | None = None
    for origin in _strangers(target.settings.site_url):
        for method, key in (("POST", ""), ("PUT", target.pending_key), ("DELETE", "media/none")):
            wanted = Preflight(method, key)
            answer = wanted.ask(target, origin)
            if wanted.is_granted_by(answer, origin):
                return failed(
                    f"{method} from {origin} allowed",
                    cause="A CORS rule allows more than the blog: its AllowedOrigins have a star, "
                    "or name another site.",
                    fix=f"Let AllowedOrigins name {target.settings.site_url} and no star, and take "
                    f"the other one away. {without_foreign('cors', target.settings)}.",
                )
            if not answer.is_clear:
                unclear = unclear or cannot_be_told(answer)
    return unclear or passed("refused")


def _strangers(site_url: str) -> Sequence[str]:
    """Another site, and those that rules with a star somewhere let in by mistake."""
    parts = urlsplit(site_url)
    scheme, host = parts.scheme, parts.hostname or ""
    strangers = [
        "https://signpost-check.example",
        f"{scheme}://{host}.signpost-check.example",
        f"{scheme}://signpost-check-{host}",
        "null",
    ]
    # A development bucket lets in every port of this machine, and addresses have no subdomains.
    if host != "localhost" and not re.fullmatch(r"[\d.]+|.*:.*", host):
        strangers += [f"{scheme}://signpost-check.{host}", f"{scheme}://{host}:49151"]
        _, _, parent = host.partition(".")
        if parent:
            strangers.append(f"{scheme}://signpost-check.{parent}")
        if scheme == "https":
            strangers.append(f"http://{host}")
    return strangers


@attack("answers to SITE_URL", expected="readable: ETag, Location", needs=(own_pages, accepted))
def readable(target: Target) -> Finding:
    headers = target.upload.headers
    wanted = ["ETag", "Location"] if target.settings.upload_method == "post" else ["ETag"]
    exposed = _listed(headers.get("Access-Control-Expose-Headers", ""))
    missing = ", ".join(name for name in wanted if name.lower() not in exposed)
    if headers.get("Access-Control-Allow-Origin") not in (target.settings.site_url, "*"):
        return failed(
            "no Access-Control-Allow-Origin",
            cause="The bucket allowed the upload, but does not let the page read its answer.",
            fix=f"{SETUP}. If there is a proxy before the bucket, let it pass that header.",
        )
    if missing and "*" not in exposed:
        return failed(
            f"{missing} hidden",
            cause=f"The CORS rule does not expose {missing}.",
            fix=f"{SETUP}. Or add {missing} to the rule's ExposeHeaders.",
        )
    return passed("readable")


def _listed(header: str) -> set[str]:
    return {name.strip().lower() for name in header.split(",")}
