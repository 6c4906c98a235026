"""Commands of the AWS CLI for what setup leaves alone, as a person copies them."""

WITH = (
    "The AWS CLI takes the set-up credentials for it, as AWS_ACCESS_KEY_ID and its secret or as a "
    "profile; what “flask bucket policy --setup” prints allows it"
)


def command(operation: str, bucket: str, endpoint_url: str | None) -> str:
    """One of `aws s3api`; without the address of another store it would go to AWS, where a bucket
    of that name may be there too."""
    endpoint = f" --endpoint-url {endpoint_url}" if endpoint_url else ""
    return f"aws s3api {operation} --bucket {bucket}{endpoint}"
