"""What the docs tell people to set by hand is what the command sets, and what AWS takes."""

import json
import re
from textwrap import dedent
from typing import Any

import botocore.session
from botocore.validate import validate_parameters

from blog.bucket.wanted import Wanted
from blog.config import ROOT
from tests.bucket.commands import NAME, SITE


def json_of(page: str) -> list[Any]:
    """The documents on a page of docs/, in their order."""
    text = (ROOT / "docs" / page).read_text()
    blocks = re.findall(r"^( *)```json\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    return [json.loads(dedent(block)) for _, block in blocks]


def test_the_documents_by_hand_are_those_of_the_command() -> None:
    wanted = Wanted(bucket=NAME, origins=(SITE,))

    assert json_of("bucket.md") == [
        {"Version": "2012-10-17", "Statement": wanted.statements},
        wanted.cors_rules,
        {"Rules": wanted.lifecycle_rules},
    ]


def test_the_distribution_by_hand_is_one_that_cloudfront_takes() -> None:
    [distribution] = json_of("deploy/aws.md")
    model = botocore.session.get_session().get_service_model("cloudfront")
    shape = model.operation_model("CreateDistribution").input_shape

    assert shape is not None
    validate_parameters({"DistributionConfig": distribution}, shape)
