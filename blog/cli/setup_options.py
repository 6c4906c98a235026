"""The options of `flask bucket setup`: checked, and made into what the bucket has to be."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from blog.bucket.setup import Found
from blog.bucket.wanted import LOOPBACK_ORIGINS, Mode, Wanted
from blog.cli.telling import usage_error
from blog.config import Settings
from blog.logs import escaped
from blog.origins import fault_of, origin_of

ORIGIN = re.compile(
    r"https?://(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?"
)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
NAME = re.compile(r"(?!.*\.\.)(?!(\d+\.){3}\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
LOOPBACK = {"127.0.0.1", "localhost"}
DISTRIBUTION = re.compile(r"arn:aws[a-z-]*:cloudfront::\d{12}:distribution/[A-Z0-9]+")


def check_options(
    mode: Mode | None, distribution: str | None, is_protected: bool, origins: Iterable[str]
) -> None:
    if distribution is not None and mode == "public":
        raise usage_error("--distribution is for --mode cdn.")
    if distribution is not None and not DISTRIBUTION.fullmatch(distribution):
        raise usage_error(
            f"{distribution!r} is not the ARN of a CloudFront distribution. The console shows it"
            " on the distribution's page, and “aws cloudfront list-distributions” as ARN:"
            " arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE say."
        )
    if is_protected and (mode == "cdn" or distribution is not None):
        raise usage_error(
            "--hotlink-protection is for --mode public: a CDN does not tell the bucket whose page"
            " asked. Refuse by the Referer at the CDN itself."
        )
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise usage_error(
                f"{origin!r} is not an origin: scheme and host, and a port where it is not the"
                " usual one, without a path or a star; https://www.example.com say."
            )
        if (fault := fault_of(origin)) is not None:
            raise usage_error(f"{origin!r} is not an origin: {fault}.")


def origins_for(settings: Settings, further: Iterable[str]) -> tuple[str, ...]:
    """The pages that may upload: SITE_URL's first. On one's own machine, where the bucket is there
    too, those of any port, as the embedded bucket has it from the beginning."""
    site, endpoint = urlsplit(settings.site_url), urlsplit(settings.endpoint_url or "")
    is_here = site.scheme == "http" and {site.hostname, endpoint.hostname} <= LOOPBACK
    own = LOOPBACK_ORIGINS if is_here else (settings.site_url,)
    return tuple(dict.fromkeys((*own, *map(origin_of, further))))


def check_name(bucket: str) -> None:
    if not NAME.fullmatch(bucket):
        raise usage_error(
            f"S3_BUCKET is {bucket!r}: a bucket's name has 3 to 63 small letters, digits,"
            " hyphens and single dots, a letter or digit at both ends, and is no IP address."
        )


def wanted_for(
    settings: Settings,
    found: Found,
    mode: Mode | None,
    distribution: str | None,
    is_protected: bool,
    origins: tuple[str, ...],
) -> Wanted:
    """What these options ask of the bucket; raises UsageError where they do not say enough.

    Without a mode, a bucket that CloudFront reads stays behind it, and any other becomes public:
    one that is closed and has no policy too, for that is how AWS makes them.
    """
    there = found.distributions
    if mode is None and distribution is None:
        mode = _mode_of(found)
    mode = mode or "cdn"
    named = distribution or there.only
    if mode == "cdn" and not named:
        raise usage_error(
            "--mode cdn needs --distribution ARN: the CloudFront distribution that may read. The"
            " console shows its ARN on its page; docs/deploy/aws.md says how to make one."
        )
    if mode == "cdn" and is_protected:
        raise usage_error(
            "The bucket is behind a CDN, which does not tell it whose page asked: refuse by the"
            " Referer at the CDN itself, without --hotlink-protection."
        )
    return Wanted(
        bucket=settings.bucket,
        origins=origins,
        mode=mode,
        distribution=named if mode == "cdn" else "",
        is_hotlink_protected=is_protected,
    )


def _mode_of(found: Found) -> Mode:
    """The mode that the bucket is in; refused where it cannot be told, for a guess may open it."""
    there = found.distributions
    if there.is_any and not there.only:
        named = f" ({escaped(', '.join(there.arns))})" if there.arns else ""
        raise usage_error(
            f"The bucket policy lets CloudFront read, but not one distribution alone{named}. Say"
            " which is to read, by --mode cdn --distribution ARN, or --mode public to let everybody"
            " read from the bucket itself."
        )
    if found.is_closed_unseen:
        raise usage_error(
            "The bucket is closed to the public, and the key may not read its policy"
            " (s3:GetBucketPolicy), so that it cannot be told who reads it. Say --mode public to"
            " open it, or --mode cdn --distribution ARN."
        )
    return "cdn" if there.is_any else "public"
