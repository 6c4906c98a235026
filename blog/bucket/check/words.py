"""What several checks say about what to do."""

SETUP = (
    "On your own machine, with set-up credentials (S3_SETUP_ACCESS_KEY_ID) and the options that "
    "you used before, run “flask bucket setup”"
)
POLICY = "Give its user what “flask bucket policy” prints"


def without_foreign(part: str, bucket: str) -> str:
    """How to get rid of rules that setup leaves alone, for they are not its own; `part` is policy
    or cors, as the AWS CLI calls them."""
    return (
        f"“aws s3api delete-bucket-{part} --bucket {bucket}” takes all of it away, also what is "
        f"not the blog's (which “flask bucket setup” shows, and leaves alone). Then: {SETUP}, "
        "which puts the blog's own back"
    )
