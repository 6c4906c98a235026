"""The CloudFormation template makes what `flask bucket setup` and `policy` say, and is sound."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from cfnlint.api import lint_file  # type: ignore[import-untyped]
from moto import mock_aws

from blog.bucket.policies import app_policy
from blog.bucket.wanted import Mode, Wanted
from blog.config import ROOT
from tests.deploy.cloudformation import ACCOUNT, REGION, Template

PATH = ROOT / "deploy" / "aws.yaml"
NAME, SITE = "my-blog-pictures", "https://blog.example.com"
MODES: dict[str, Mode] = {"public": "public", "cloudfront": "cdn"}
DISTRIBUTION = f"arn:aws:cloudfront::{ACCOUNT}:distribution/<Distribution>"


def template(**given: str) -> Template:
    return Template.read(PATH, BucketName=NAME, SiteUrl=SITE, **given)


def wanted(access: str, *origins: str) -> Wanted:
    distribution = DISTRIBUTION if access == "cloudfront" else ""
    return Wanted(NAME, (SITE, *origins), MODES[access], distribution)


def as_cors_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule of a template by the names of S3's API."""
    names = {"Id": "ID", "ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    return {names.get(name, name): value for name, value in rule.items()}


def as_lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    told = {"ID": rule.pop("Id"), "Filter": {"Prefix": rule.pop("Prefix")}}
    if "ExpirationInDays" in rule:
        told["Expiration"] = {"Days": rule.pop("ExpirationInDays")}
    return told | rule


@contextmanager
def created(**given: str) -> Iterator[dict[str, str]]:
    """The stack in moto, as long as the block lasts; its outputs."""
    parameters = {"BucketName": NAME, "SiteUrl": SITE, **given}
    with mock_aws():
        client("cloudformation").create_stack(
            StackName="blog",
            TemplateBody=PATH.read_text(),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
        )
        [stack] = client("cloudformation").describe_stacks(StackName="blog")["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        yield {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def client(service: Any) -> Any:
    return boto3.client(
        service, region_name=REGION, aws_access_key_id="root", aws_secret_access_key="root"
    )


def document(arn: str) -> Any:
    """What a managed policy says."""
    version = client("iam").get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = client("iam").get_policy_version(PolicyArn=arn, VersionId=version)
    return found["PolicyVersion"]["Document"]


def test_the_linter_finds_nothing() -> None:
    assert lint_file(PATH) == []


@pytest.mark.parametrize("access", MODES)
def test_the_bucket_is_the_one_that_setup_makes(access: str) -> None:
    bucket = template(Access=access).properties("Bucket")
    policy = template(Access=access).properties("BucketPolicy")

    expected = wanted(access)
    assert bucket["BucketName"] == policy["Bucket"] == NAME
    assert bucket["OwnershipControls"]["Rules"] == [expected.ownership]
    assert bucket["PublicAccessBlockConfiguration"] == expected.public_access
    rules = bucket["CorsConfiguration"]["CorsRules"]
    assert [as_cors_rule(rule) for rule in rules] == expected.cors_rules
    rules = bucket["LifecycleConfiguration"]["Rules"]
    assert [as_lifecycle_rule(rule) for rule in rules] == expected.lifecycle_rules
    assert policy["PolicyDocument"]["Statement"] == expected.statements


def test_a_further_origin_may_upload_too() -> None:
    further = "https://www.example.com"
    bucket = template(FurtherOrigin=further).properties("Bucket")

    [rule] = bucket["CorsConfiguration"]["CorsRules"]
    assert as_cors_rule(rule) == wanted("public", further).cors_rules[0]


def test_the_bucket_outlives_its_stack() -> None:
    bucket = template().document["Resources"]["Bucket"]

    kept = (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"])
    assert kept == ("RetainExceptOnCreate", "Retain")


# moto leaves out the bucket's policy, which is compared above.
@pytest.mark.filterwarnings("ignore:Tried to parse AWS..S3..BucketPolicy:UserWarning")
class TestCreated:
    def test_a_user_has_the_policy_that_is_printed_and_no_key(self) -> None:
        with created() as outputs:
            user = outputs["UserName"]
            [policy] = client("iam").list_attached_user_policies(UserName=user)["AttachedPolicies"]
            keys = client("iam").list_access_keys(UserName=user)["AccessKeyMetadata"]

            assert policy["PolicyArn"] == outputs["PolicyArn"]
            assert document(policy["PolicyArn"]) == app_policy(NAME)
            assert client("iam").list_user_policies(UserName=user)["PolicyNames"] == []
            assert keys == []

    def test_a_role_is_taken_on_by_who_is_trusted(self) -> None:
        with created(Principal="role", TrustedPrincipal=ACCOUNT) as outputs:
            name = outputs["RoleArn"].rpartition("/")[2]
            role = client("iam").get_role(RoleName=name)["Role"]
            [policy] = client("iam").list_attached_role_policies(RoleName=name)["AttachedPolicies"]

            [trust] = role["AssumeRolePolicyDocument"]["Statement"]
            assert (trust["Principal"], trust["Action"]) == ({"AWS": ACCOUNT}, "sts:AssumeRole")
            assert document(policy["PolicyArn"]) == app_policy(NAME)
            assert "UserName" not in outputs

    def test_the_policy_may_be_wanted_alone(self) -> None:
        with created(Principal="none") as outputs:
            assert document(outputs["PolicyArn"]) == app_policy(NAME)
            assert client("iam").list_users()["Users"] == []
            assert client("iam").list_roles()["Roles"] == []

    def test_the_outputs_are_what_has_to_be_set(self) -> None:
        with created() as outputs:
            buckets = [found["Name"] for found in client("s3").list_buckets()["Buckets"]]

            assert buckets == [outputs["S3Bucket"]] == [NAME]
            assert outputs["S3Region"] == REGION
            assert outputs["MediaUrl"] == f"https://{NAME}.s3.{REGION}.amazonaws.com"


def test_no_key_is_made_whose_secret_the_stack_would_tell() -> None:
    types = {resource["Type"] for resource in template().document["Resources"].values()}

    assert "AWS::IAM::AccessKey" not in types


def test_without_cloudfront_nothing_of_it_is_made() -> None:
    made = template()

    assert made.properties("Distribution") is made.properties("OriginAccessControl") is None
    assert "DistributionArn" not in made.outputs()


def test_cloudfront_reads_the_bucket_and_serves_it_by_https_only() -> None:
    made = template(Access="cloudfront")
    control = made.properties("OriginAccessControl")["OriginAccessControlConfig"]
    distribution = made.properties("Distribution")["DistributionConfig"]

    [origin] = distribution["Origins"]
    served = distribution["DefaultCacheBehavior"]
    assert control["SigningBehavior"] == "always"
    assert origin["OriginAccessControlId"] == "<OriginAccessControl.Id>"
    assert origin["DomainName"] == "<Bucket.RegionalDomainName>"
    assert served["TargetOriginId"] == origin["Id"]
    assert served["ViewerProtocolPolicy"] == "https-only"
    assert served["AllowedMethods"] == ["GET", "HEAD"]
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
    assert served["CachePolicyId"] == "658327ea-f89d-4fab-a63d-7e88639e58f6"
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
    assert served["ResponseHeadersPolicyId"] == "67f7725c-6f97-4210-82d7-5512b31e9d03"
    assert made.outputs()["MediaUrl"] == "https://<Distribution.DomainName>"
    assert made.outputs()["DistributionArn"] == DISTRIBUTION


@pytest.mark.parametrize(
    ("parameter", "value", "is_taken"),
    [
        ("SiteUrl", SITE, True),
        ("SiteUrl", "http://127.0.0.1:8000", True),
        ("SiteUrl", f"{SITE}/", False),
        ("SiteUrl", "https://*.example.com", False),
        ("SiteUrl", "https://Blog.example.com", False),
        ("SiteUrl", "https://blog.example.com:443", False),
        ("SiteUrl", "https://blog.example.com:8443", True),
        ("SiteUrl", "http://127.0.0.1:80", False),
        ("FurtherOrigin", "https://WWW.example.com", False),
        ("FurtherOrigin", "https://www.example.com", True),
        ("SiteUrl", "*", False),
        ("FurtherOrigin", "", True),
        ("FurtherOrigin", "*", False),
        ("BucketName", NAME, True),
        ("BucketName", "my.blog", False),
        ("TrustedPrincipal", ACCOUNT, True),
        ("TrustedPrincipal", f"arn:aws:iam::{ACCOUNT}:role/dyno", True),
        ("TrustedPrincipal", "*", False),
    ],
)
def test_a_parameter_is_what_it_has_to_be(parameter: str, value: str, is_taken: bool) -> None:
    pattern = template().document["Parameters"][parameter]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, value)) is is_taken
