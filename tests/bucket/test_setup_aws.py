"""What is AWS's alone: regions, names that are taken world-wide, public access that lags behind."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from blog.bucket import setup
from blog.bucket.applying import Step, apply
from blog.bucket.policies import app_policy, setup_policy
from blog.bucket.wanted import Wanted, cors_rule, lifecycle_rules
from blog.config import Settings
from blog.local.errors import Refusal
from blog.local.operations import Answer
from blog.local.request import S3Request
from blog.storage.administration import Administration
from blog.storage.refusals import NotAllowed, NotSupported, asking
from tests.bucket.commands import NAME, SITE, client_of, documents, run, said, settings_for
from tests.bucket.lesser import store_that

# What moto asks for under names that IAM does not know, beside the right names. The embedded
# bucket asks for the right ones: tests/bucket/test_setup_rights.py.
ONLY_IN_MOTO = ["s3:HeadBucket", "s3:GetPublicAccessBlock", "s3:PutPublicAccessBlock"]
BLOCKED = (
    "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: s3:PutBucketPolicy on"
    ' resource: "arn:aws:s3:::my-blog-pictures" because public policies are prevented by the'
    " BlockPublicPolicy setting in S3 Block Public Access."
)
DENIED = (
    "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: s3:PutBucketPolicy on"
    ' resource: "arn:aws:s3:::my-blog-pictures" with an explicit deny in a service control policy'
)


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_a_bucket_of_aws_is_created_in_its_region(aws: None, region: str) -> None:
    settings = settings_for(None, region=region)

    result = run(settings, "setup", "--yes")
    again = run(settings, "setup")

    with closing(client_of(settings)) as client:
        head = client.head_bucket(Bucket=NAME)
    after = documents(settings)
    assert result.exit_code == 0
    assert head["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == region
    assert after["CORS"]["CORSRules"] == [cors_rule([SITE])]
    assert after["lifecycle"]["Rules"] == lifecycle_rules()
    assert after["policy"]["Statement"] == Wanted(bucket=NAME, origins=(SITE,)).statements
    assert "Nothing to change." in said(again)


def test_a_bucket_in_another_region_names_the_setting(aws: None) -> None:
    run(settings_for(None, region="eu-central-1"), "setup", "--yes")

    result = run(settings_for(None, region="eu-west-1"), "setup", "--yes")

    assert result.exit_code == 1
    assert f"The bucket {NAME} is in eu-central-1, and S3_REGION says eu-west-1" in said(result)
    assert "set S3_REGION=eu-central-1, here and where the blog runs." in said(result)


def test_the_printed_policy_is_enough_where_iam_is_enforced(aws: None) -> None:
    settings = settings_for(None, **user_with(in_moto(setup_policy(NAME))))
    result = run_enforced(settings, "setup", "--yes")
    again = run_enforced(settings, "setup")

    assert result.exit_code == 0, result.output
    assert "✓ Bucket: created." in said(result)
    assert "Nothing to change." in said(again)


def test_the_apps_policy_is_not_enough_where_iam_is_enforced(aws: None) -> None:
    settings = settings_for(None, **user_with(app_policy(NAME)))
    run(settings_for(None), "setup", "--yes")

    result = run_enforced(settings, "setup", "--yes", "--hotlink-protection")

    assert result.exit_code == 1
    assert "lacks the right" in said(result)


@set_initial_no_auth_action_count(0)
def run_enforced(settings: Settings, *arguments: str) -> Any:
    """moto judges every request by the user's policy while this runs."""
    return run(settings, *arguments)


def in_moto(policy: dict[str, Any]) -> dict[str, Any]:
    [statement] = policy["Statement"]
    actions = [*statement["Action"], *ONLY_IN_MOTO]
    return {**policy, "Statement": [{**statement, "Action": actions}]}


def user_with(policy: dict[str, Any]) -> dict[str, str]:
    """The settings of a key of a new user of IAM, who has this policy."""

    with closing(boto3.client("iam", region_name="us-east-1")) as iam:
        iam.create_user(UserName="ada")
        iam.put_user_policy(UserName="ada", PolicyName="printed", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName="ada")["AccessKey"]
    return {
        "setup_access_key_id": key["AccessKeyId"],
        "setup_secret_access_key": key["SecretAccessKey"],
    }


def apply_with_refusals(count: int, words: str = BLOCKED) -> tuple[list[float], list[Step]]:
    """The pauses and the steps on a store that refuses a policy so often, in these words."""
    refusals = [Refusal(403, "AccessDenied", words)] * count

    def answers(request: S3Request) -> Refusal | None:
        is_policy = (request.method, request.subresource) == ("PUT", "policy")
        return refusals.pop() if is_policy and refusals else None

    pauses: list[float] = []
    with store_that(answers) as server:
        settings = settings_for(server.url)
        administration = Administration(settings, pauses.append)
        administration.create()
        wanted = Wanted(bucket=NAME, origins=(SITE,))
        needed = setup.changes(setup.look(administration), wanted)
        steps = list(apply(administration, needed, settings))
    return pauses, steps


def test_public_access_that_lags_behind_is_waited_for() -> None:
    pauses, steps = apply_with_refusals(2)

    assert pauses == [1, 2]
    assert {step.outcome for step in steps} == {"done"}


def test_a_block_of_the_whole_account_is_explained() -> None:
    pauses, steps = apply_with_refusals(9)

    [failed] = [step for step in steps if step.outcome == "failed"]
    assert pauses == [1, 2, 4]
    assert failed.part is setup.POLICY
    assert "it is that of the account or the organisation: switch it off there" in failed.words
    assert "--mode cdn" in failed.words


def test_a_right_that_is_denied_from_above_is_not_looked_for_in_the_policy() -> None:
    pauses, steps = apply_with_refusals(1, DENIED)

    [failed] = [step for step in steps if step.outcome == "failed"]
    assert pauses == []
    assert failed.words.endswith(f"It is denied above the key: {DENIED}")


@pytest.mark.parametrize(("is_aws", "expected"), [(True, NotAllowed), (False, NotSupported)])
def test_aws_says_of_somebody_elses_bucket_what_others_say_of_what_they_lack(
    is_aws: bool, expected: type[Exception]
) -> None:
    answer: Any = {
        "Error": {"Code": "MethodNotAllowed", "Message": "The specified method is not allowed"},
        "ResponseMetadata": {"HTTPStatusCode": 405},
    }

    with (
        pytest.raises(expected),
        asking("s3:PutBucketPolicy", bucket=NAME, is_aws=is_aws),
    ):
        raise ClientError(answer, "PutBucketPolicy")


def test_a_name_that_is_taken_meanwhile_is_said_so() -> None:
    def answers(request: S3Request) -> Refusal | None:
        is_creation = request.method == "PUT" and request.subresource is None
        message = "The requested bucket name is not available."
        return Refusal(409, "BucketAlreadyExists", message) if is_creation else None

    with store_that(answers) as server:
        result = run(settings_for(server.url), "setup", "--yes")

    assert result.exit_code == 1
    assert f"The name {NAME} is taken by somebody else: choose another one" in said(result)


LIFECYCLE = b"""<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
<Rule><ID>archive</ID><Status>Enabled</Status><Filter><Prefix>old/</Prefix></Filter>
<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition></Rule>
</LifecycleConfiguration>"""


def test_a_setting_beside_the_lifecycle_rules_is_sent_again() -> None:
    name, value = "x-amz-transition-default-minimum-object-size", "varies_by_storage_class"
    put: list[S3Request] = []

    def answers(request: S3Request) -> Answer | None:
        if request.subresource != "lifecycle":
            return None
        if request.method == "GET":
            own = [("Content-Type", "application/xml"), (name, value)]
            return None if put else Answer(200, own, LIFECYCLE)
        put.append(request)
        return None

    with store_that(answers) as server:
        result = run(settings_for(server.url), "setup", "--yes")

    assert result.exit_code == 0
    assert [request.headers[name] for request in put] == [value]
