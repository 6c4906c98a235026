"""`flask bucket` as a person runs it, on a bucket of one's own, and what the bucket is after."""

from typing import Any

import boto3
from botocore.config import Config
from click.testing import Result

from blog import create_app
from blog.bucket import setup
from blog.config import LOCAL_BUCKET, Settings
from blog.storage.administration import Administration

SITE = "https://blog.example.com"
NAME = "my-blog-pictures"
DISTRIBUTION = "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"


def settings_for(endpoint_url: str | None, **changes: Any) -> Settings:
    """A blog whose bucket is NAME there, which may not exist yet; None is AWS."""
    given = {
        "environment": "testing",
        "secret_key": "a key for the tests only",
        "database_url": "sqlite://",
        "site_url": SITE,
        "bucket": NAME,
        "region": LOCAL_BUCKET["S3_REGION"],
        "access_key_id": LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
        "secret_access_key": LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
        "endpoint_url": endpoint_url,
        "addressing_style": "path" if endpoint_url else "virtual",
        **changes,
    }
    return Settings(**given)


def run(settings: Settings, *arguments: str) -> Result:
    """Status and output of `flask bucket …`; a fault in it is raised."""
    app = create_app(settings)
    try:
        result = app.test_cli_runner().invoke(args=["bucket", *arguments])
    finally:
        app.extensions["engine"].dispose()
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def said(result: Result) -> str:
    """What it said, however narrow the terminal, in which sentences are wrapped."""
    return " ".join(result.output.split())


def documents(settings: Settings) -> dict[str, Any]:
    """Everything that setup may change, as the bucket's own key is told it."""
    return dict(setup.look(Administration(settings)).documents)


def client_of(settings: Settings) -> Any:
    """A client of the owner's, to be closed after use."""
    return boto3.client(
        "s3",
        endpoint_url=settings.endpoint_url,
        region_name=settings.region,
        aws_access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
        config=Config(s3={"addressing_style": settings.addressing_style}),
    )
