"""Whether the bucket is there, where it is said to be, and knows the app's key."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from blog.bucket.check.dates import read_date
from blog.bucket.check.http import Answer
from blog.bucket.check.judgement import cannot_be_told
from blog.bucket.check.target import Target, attack
from blog.bucket.check.words import MAKE_A_KEY, SETUP
from blog.checks import Finding, failed, passed, skipped
from blog.db import now

# S3 refuses what was signed more than 15 minutes before or after its own time; what is off by 5
# will be by 15 one day. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
MOST_SKEW = timedelta(minutes=5)

# What stores answer where a signature names another region than theirs.
WRONG_REGION = (
    *("AuthorizationHeaderMalformed", "InvalidRegionName", "IllegalLocationConstraintException"),
    *("PermanentRedirect", "TemporaryRedirect"),
)


@attack("endpoint", expected="answers")
def endpoint(target: Target) -> Finding:
    host = urlsplit(target.settings.bucket_url).netloc
    if target.first.status >= 500:
        return failed(
            target.first.words,
            cause=f"{host} has a fault, or is no S3.",
            fix="Compare S3_ENDPOINT_URL with the store's address, and look at its state; then run "
            "this again.",
        )
    answer = target.listing
    if not (answer.is_redirect or _is_of_s3(answer)):
        return failed(
            answer.words,
            cause=f"What answers at {host} is no S3.",
            fix="Compare S3_ENDPOINT_URL with the store's address. It may be that of a page of the "
            "store, of the blog itself, or of a proxy before the store.",
        )
    return passed(f"{host} answers")


def _is_of_s3(answer: Answer) -> bool:
    """What S3 answers to who lists: a list, or an error with its name."""
    return b"ListBucketResult" in answer.body if answer.is_success else bool(answer.code)


@attack("clock", expected="within 5 minutes of the bucket's", needs=(endpoint,))
def clock(target: Target) -> Finding:
    theirs = read_date(target.first.headers.get("Date", ""))
    if theirs is None:
        return skipped("the store does not tell its time")
    skew = now() - theirs
    seconds = abs(round(skew.total_seconds()))
    apart = f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} minutes"
    if abs(skew) <= MOST_SKEW:
        return passed(f"{apart} apart")
    direction = "ahead of" if skew > timedelta() else "behind"
    return failed(
        f"{apart} apart",
        cause=f"This machine's clock is {apart} {direction} the bucket's. S3 takes no signature "
        "that is more than 15 minutes off.",
        fix="Set the clock: timedatectl set-ntp true, or what your system has for network time.",
    )


@attack("region", expected="S3_REGION, without redirect", needs=(clock,))
def region(target: Target) -> Finding:
    answer = target.listing
    ours = target.settings.region
    if not target.settings.access_key_id:
        return skipped("cannot be told without a key")
    right = _region_told(answer) or _region_told(target.first)
    if answer.status in (301, 307, 308) and right == ours:
        return failed(
            answer.words,
            cause="The bucket is new, and its name is not known everywhere yet.",
            fix="Wait an hour, then run this again.",
        )
    is_elsewhere = answer.code in WRONG_REGION and right != ours
    if is_elsewhere or answer.is_redirect:
        return failed(
            answer.words,
            cause=f"S3_REGION is {ours}, and the bucket is "
            + (f"in {right}." if right else "somewhere else."),
            fix=f"Set S3_REGION={right}." if right else "Set S3_REGION to the bucket's region.",
        )
    return passed(ours)


def _region_told(answer: Answer) -> str:
    expecting = re.search(r"expecting '([^']+)'", answer.element("Message"))
    return (
        answer.headers.get("x-amz-bucket-region", "")
        or answer.element("Region")
        or (expecting[1] if expecting else "")
    )


@attack("credentials", expected="known to the store", needs=(region,))
def credentials(target: Target) -> Finding:
    if not target.settings.access_key_id:
        return failed(
            "AWS_ACCESS_KEY_ID is not set",
            cause="S3_SETUP_ACCESS_KEY_ID sets the bucket up. It is the app's own key that stores "
            "and reads, and that is checked here.",
            fix=MAKE_A_KEY,
        )
    answer = target.listing
    match _code_of_keys(answer):
        case "InvalidAccessKeyId":
            return failed(
                answer.words,
                cause="The store does not know AWS_ACCESS_KEY_ID: it is not whole, was deleted or "
                "switched off, or belongs to another store.",
                fix="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again, whole ones of this "
                "store; where they are lost, make a new access key for the app's user.",
            )
        case "SignatureDoesNotMatch":
            return failed(
                answer.words,
                cause="AWS_SECRET_ACCESS_KEY is not the secret of AWS_ACCESS_KEY_ID.",
                fix="Set AWS_SECRET_ACCESS_KEY again, whole and without quotes; where it is lost, "
                "make a new access key.",
            )
        case "ExpiredToken" | "InvalidToken":
            return failed(
                answer.words,
                cause="AWS_SESSION_TOKEN has expired, or does not belong to this access key.",
                fix="Set fresh temporary credentials; or an access key of the app's own user, and "
                "take AWS_SESSION_TOKEN away.",
            )
    return passed("known" if answer.is_success or answer.status == 404 else "not refused")


def _code_of_keys(answer: Answer) -> str:
    """S3's code for what is wrong with the key, also where a store says it otherwise.

    AWS answers to a key that cannot be one as to a wrong region, which was judged before.
    Cloudflare R2 answers 401, and 400 to a key that is not as long as its own. Garage calls all
    that it refuses AccessDenied (src/api/common/signature/payload.rs).
    """
    message = answer.element("Message")
    match answer.code:
        case "AccessDenied" if "Invalid signature" in message:
            return "SignatureDoesNotMatch"
        case "AccessDenied" if "No such key:" in message:
            return "InvalidAccessKeyId"
        case "InvalidArgument" if "Credential access key" in message:
            return "InvalidAccessKeyId"
        case "AuthorizationHeaderMalformed":
            return "InvalidAccessKeyId"
    return "InvalidAccessKeyId" if answer.status == 401 else answer.code


@attack("bucket", expected="exists", needs=(credentials,))
def bucket(target: Target) -> Finding:
    answer = target.listing
    if answer.status == 404:
        return failed(
            answer.words,
            cause=f"There is no bucket {target.settings.bucket} there.",
            fix=f"Compare S3_BUCKET with its name. {SETUP}, which makes it.",
        )
    if not answer.is_clear:
        return cannot_be_told(answer)
    if answer.status >= 400 and answer.status != 403:
        return failed(
            answer.words,
            cause="The store did not take a plain signed request.",
            fix="Look the code up in the store's documentation; S3_ADDRESSING_STYLE may have to be "
            "path or virtual.",
        )
    return passed("exists")
