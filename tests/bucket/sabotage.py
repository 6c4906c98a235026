"""A bucket that is set up right, for the tests to spoil in one way each."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from blog import create_app
from blog.bucket.check import check_bucket
from blog.bucket.policies import app_policy
from blog.checks import Result
from blog.cli.bucket_setup import setup_bucket
from blog.config import LOCAL_BUCKET, Settings
from blog.local.server import BucketServer, User
from tests.local.sending import connect

SITE_URL = "https://blog.example"
KEY, SECRET = "APPKEY", "the app's own secret"
BUCKET = LOCAL_BUCKET["S3_BUCKET"]


class Clock:
    """The bucket's, which may be `off`."""

    def __init__(self) -> None:
        self.off = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off


@contextmanager
def right_bucket(
    kind: type[BucketServer] = BucketServer,
    *,
    policy: dict[str, Any] | None = None,
    users: Iterable[User] = (),
) -> Iterator["RightBucket"]:
    """As “flask bucket setup” makes it, with a user that has just what “flask bucket policy” says,
    or another policy."""
    app = User(KEY, SECRET, policy or app_policy(BUCKET))
    clock = Clock()
    with kind(bucket="somebody-elses", users=[app, *users], clock=clock) as server:
        bucket = RightBucket(server, clock)
        bucket.set_up()
        yield bucket
        bucket.owner.close()


class RightBucket:
    def __init__(self, server: BucketServer, clock: Clock) -> None:
        self.server = server
        self.clock = clock
        self.owner = connect(server.url)

    def set_up(self) -> None:
        """The bucket does not exist before."""
        settings = self.settings(
            setup_access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
            setup_secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
        )
        app = create_app(settings)
        said = app.test_cli_runner().invoke(setup_bucket, ["--yes"])
        app.extensions["engine"].dispose()
        assert said.exit_code == 0, said.output

    def settings(self, **changed: Any) -> Settings:
        settings = Settings(
            environment="testing",
            secret_key="a key for the tests only",
            database_url="sqlite://",
            site_url=SITE_URL,
            bucket=BUCKET,
            region=LOCAL_BUCKET["S3_REGION"],
            access_key_id=KEY,
            secret_access_key=SECRET,
            endpoint_url=self.server.url,
            addressing_style="path",
        )
        media_url = changed.pop("media_url", "")
        return replace(settings, media_url=media_url, **changed)

    def check(self, **changed: Any) -> dict[str, Result]:
        """The results by name."""
        return {result.name: result for result in check_bucket(self.settings(**changed))}

    def keys(self) -> list[str]:
        """What is in the bucket: objects, and uploads in parts that are open."""
        objects = self.owner.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        uploads = self.owner.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        return [found["Key"] for found in (*objects, *uploads)]

    def documents(self) -> list[Any]:
        """The bucket's settings, to be compared."""
        return [
            self.owner.get_bucket_cors(Bucket=BUCKET)["CORSRules"],
            self.owner.get_bucket_policy(Bucket=BUCKET)["Policy"],
            self.owner.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"],
            self.owner.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"],
            self.owner.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"],
            self.owner.get_bucket_acl(Bucket=BUCKET)["Grants"],
        ]

    def set_cors(self, rules: list[dict[str, Any]]) -> None:
        self.owner.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": rules})

    def set_policy(self, statements: list[dict[str, Any]]) -> None:
        document = {"Version": "2012-10-17", "Statement": statements}
        self.owner.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(document))


def failures(results: dict[str, Result]) -> set[str]:
    return {name for name, result in results.items() if result.outcome == "failed"}
