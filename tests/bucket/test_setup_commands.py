"""The commands of the AWS CLI that setup and check print go to the store, and are allowed."""

import shlex
from contextlib import closing

import boto3
import pytest

from blog.bucket.check.words import without_foreign
from blog.bucket.commands import command
from blog.bucket.policies import setup_policy
from blog.local.server import BucketServer
from blog.local.users import User
from tests.bucket.commands import NAME, client_of, run, said, settings_for
from tests.bucket.lesser import refusing, store_without

KEY, SECRET = "AKIASETUPEXAMPLE", "the-setup-secret"
ANY_PAGE = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}


def test_a_command_goes_to_the_store_that_is_set() -> None:
    there = command("delete-bucket-cors", NAME, "https://store.example:9000")

    assert shlex.split(there)[-2:] == ["--endpoint-url", "https://store.example:9000"]
    assert command("delete-bucket-cors", NAME, None).endswith(f"--bucket {NAME}")


def test_what_setup_and_check_advise_goes_to_the_store(bucket: BucketServer) -> None:
    settings = settings_for(bucket.url)
    run(settings, "setup", "--yes")
    with closing(client_of(settings)) as client:
        client.put_bucket_cors(Bucket=NAME, CORSConfiguration={"CORSRules": [ANY_PAGE]})

    printed = command("delete-bucket-cors", NAME, bucket.url)
    shown = said(run(settings, "setup", "--dry-run"))

    assert f"“{printed}”" in shown
    assert "“flask bucket policy --setup” prints allows it." in shown
    assert f"“{printed}”" in without_foreign("cors", settings)


def test_an_access_list_of_others_is_taken_away_at_the_store() -> None:
    refusal = refusing("InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set", 400)
    with store_without("ownership", answers=refusal) as server:
        shown = said(run(settings_for(server.url), "setup", "--yes"))

    assert command("put-bucket-acl --acl private", NAME, server.url) in shown


@pytest.mark.parametrize("part", ["cors", "policy", "lifecycle"])
def test_the_printed_policy_allows_the_commands(part: str) -> None:
    with BucketServer(users=[User(KEY, SECRET, setup_policy(NAME))]) as server:
        run(settings_for(server.url), "setup", "--yes")
        setter = boto3.client(
            "s3",
            endpoint_url=server.url,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )
        with closing(setter):
            answer = getattr(setter, f"delete_bucket_{part}")(Bucket=NAME)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
