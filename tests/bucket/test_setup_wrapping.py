"""What setup says fits the terminal, and what is copied from it stays whole."""

from contextlib import closing

import pytest

from blog.bucket.commands import command
from blog.local.server import BucketServer
from tests.bucket.commands import NAME, client_of, run, said, settings_for

ANY_PAGE = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}


@pytest.fixture(params=[60, 80, 120])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


def too_long(output: str, width: int) -> list[str]:
    """Lines that are wider, but for an address alone."""
    lines = output.splitlines()
    return [line for line in lines if len(line) > width and " " in line.strip()]


def test_sentences_are_wrapped_and_commands_are_not(bucket: BucketServer, width: int) -> None:
    settings = settings_for(bucket.url)
    with closing(client_of(settings)) as client:
        client.create_bucket(Bucket=NAME)
        client.put_bucket_cors(Bucket=NAME, CORSConfiguration={"CORSRules": [ANY_PAGE]})

    result = run(settings, "setup", "--yes", "--hotlink-protection")

    printed = f"“{command('delete-bucket-cors', NAME, bucket.url)}”"
    assert printed in result.output
    assert {line.strip().rstrip(";") for line in too_long(result.output, width)} <= {printed}
    assert f"({bucket.url}/{NAME})" in result.output
    assert "\n  " in result.output


@pytest.mark.parametrize(
    "options", [("--mode", "cdn"), ("--distribution", "E1"), ("--origin", "https://*.example.com")]
)
def test_errors_are_wrapped(width: int, options: tuple[str, ...], bucket: BucketServer) -> None:
    result = run(settings_for(bucket.url), "setup", *options)

    assert result.exit_code == 2
    assert too_long(result.output, width) == []


def test_an_end_is_wrapped(width: int, bucket: BucketServer) -> None:
    result = run(settings_for(bucket.url, secret_access_key="wrong"), "setup", "--yes")

    assert "Error: The store refuses the key in AWS_ACCESS_KEY_ID" in said(result)
    assert too_long(result.output, width) == []
