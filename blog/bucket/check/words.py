"""What several checks say about what to do."""

from blog.bucket.commands import WITH, command
from blog.config import Settings
from blog.origins import is_loopback

SETUP = (
    "On your own machine, with set-up credentials (S3_SETUP_ACCESS_KEY_ID) and the options that "
    "you used before, run “flask bucket setup”"
)
POLICY = "Give its user what “flask bucket policy” prints"
MAKE_A_KEY = (
    "Make the app's user and its key with what “flask bucket policy” prints (docs/deploy/aws.md, "
    "step 4), and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
)


def without_foreign(part: str, settings: Settings) -> str:
    """How to get rid of rules that setup leaves alone, for they are not its own; `part` is policy
    or cors, as the AWS CLI calls them."""
    deleting = command(f"delete-bucket-{part}", settings.bucket, settings.endpoint_url)
    return (
        f"“{deleting}” takes all of it away, also "
        "what is not the blog's (which “flask bucket setup” shows, and leaves alone). "
        f"{WITH}. {SETUP} then, which puts the blog's own back"
    )


def where_to_look(settings: Settings, *, is_aws: bool) -> str:
    """What to do where nobody answers."""
    if settings.is_bucket_embedded:
        return (
            "Start “make run”, which serves the bucket for development, too; or name the port that "
            "it has: BUCKET_PORT=…."
        )
    variable = "S3_REGION and S3_BUCKET" if is_aws else "S3_ENDPOINT_URL"
    if is_loopback(settings.endpoint_url or ""):
        return (
            f"Start the store, or compare {variable} with its address. “make run” serves a bucket "
            "of its own only where S3_BUCKET is not set."
        )
    fix = f"Compare {variable} with the store's address; then look whether this machine gets there."
    is_virtual = settings.addressing_style == "virtual"
    return f"{fix} Some stores want S3_ADDRESSING_STYLE=path." if is_virtual else fix
