"""The bucket's own CORS rules: what a page of another origin may send, and may read.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blog.local.errors import Refusal
from blog.local.request import S3Request

VARY = ("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")


@dataclass(frozen=True)
class Rule:
    origins: Sequence[str]
    methods: Sequence[str]
    headers: Sequence[str]
    exposed: Sequence[str]
    max_age: int | None

    def allows(self, origin: str, method: str, headers: Iterable[str] = ()) -> bool:
        return (
            any(matches(pattern, origin) for pattern in self.origins)
            and method in self.methods
            and all(
                any(matches(pattern.lower(), header) for pattern in self.headers)
                for header in headers
            )
        )

    def granted(self, origin: str) -> list[tuple[str, str]]:
        headers = [("Access-Control-Allow-Methods", ", ".join(self.methods)), VARY]
        if "*" in self.origins:
            headers.append(("Access-Control-Allow-Origin", "*"))
        else:
            headers.append(("Access-Control-Allow-Origin", origin))
            headers.append(("Access-Control-Allow-Credentials", "true"))
        if self.exposed:
            headers.append(("Access-Control-Expose-Headers", ", ".join(self.exposed)))
        if self.max_age is not None:
            headers.append(("Access-Control-Max-Age", str(self.max_age)))
        return headers


def preflight(request: S3Request, rules: Sequence[Rule]) -> list[tuple[str, str]]:
    """The headers that answer a preflight; raises Refusal where no rule allows the request."""
    method = request.headers.get("access-control-request-method", "")
    if not request.origin:
        message = "Insufficient information. Origin request header needed."
        raise Refusal(400, "BadRequest", message)
    if method not in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        message = f"Invalid Access-Control-Request-Method: {method or 'null'}"
        raise Refusal(400, "BadRequest", message)
    if not rules:
        raise Refusal(403, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.")
    asked = [
        name.strip().lower()
        for name in request.headers.get("access-control-request-headers", "").split(",")
        if name.strip()
    ]
    for rule in rules:
        if rule.allows(request.origin, method, asked):
            headers = rule.granted(request.origin)
            if asked:
                headers.append(("Access-Control-Allow-Headers", ", ".join(asked)))
            return headers
    message = (
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of"
        " Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers"
        " are not whitelisted by the resource's CORS spec."
    )
    raise Refusal(403, "AccessForbidden", message)


def headers_for(request: S3Request, rules: Sequence[Rule]) -> list[tuple[str, str]]:
    """What an answer says, whether it grants or refuses the request: a page must be able to read
    the error too. The first rule that matches origin and method decides."""
    if not request.origin or not rules:
        return []
    for rule in rules:
        if rule.allows(request.origin, request.method):
            return rule.granted(request.origin)
    return [VARY]


def matches(pattern: str, value: str) -> bool:
    """At most one `*`, standing for any characters; S3 lets a rule hold no more."""
    start, star, end = pattern.partition("*")
    if not star:
        return pattern == value
    is_long_enough = len(value) >= len(start) + len(end)
    return is_long_enough and value.startswith(start) and value.endswith(end)
