"""The key that sets the bucket up, as the environment gives it: beside the app's, or before it."""

import json

import pytest

from blog.bucket.policies import app_policy
from blog.config import LOCAL_BUCKET, ConfigurationError, Settings
from blog.local.server import BucketServer
from tests.bucket.commands import NAME, run, settings_for

KEY, SECRET = LOCAL_BUCKET["AWS_ACCESS_KEY_ID"], LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"]
VARIABLES = {
    "S3_BUCKET": NAME,
    "S3_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "very-secret",
    "SECRET_KEY": "s" * 40,
}


def test_the_key_for_setting_up_comes_from_the_environment_and_is_not_shown() -> None:
    settings = Settings.from_environment(
        {
            **VARIABLES,
            "S3_SETUP_ACCESS_KEY_ID": KEY,
            "S3_SETUP_SECRET_ACCESS_KEY": SECRET,
            "S3_SETUP_SESSION_TOKEN": "a-token",
        }
    )

    assert settings.setup_access_key_id == KEY
    assert settings.setup_secret_access_key == SECRET
    assert settings.setup_session_token == "a-token"
    assert settings.access_key_id == "AKIAEXAMPLE"
    assert not [secret for secret in (KEY, SECRET, "a-token") if secret in repr(settings)]


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("S3_SETUP_ACCESS_KEY_ID", ["S3_SETUP_SECRET_ACCESS_KEY"]),
        ("S3_SETUP_SECRET_ACCESS_KEY", ["S3_SETUP_ACCESS_KEY_ID"]),
        ("S3_SETUP_SESSION_TOKEN", ["S3_SETUP_ACCESS_KEY_ID", "S3_SETUP_SECRET_ACCESS_KEY"]),
    ],
)
def test_half_a_key_for_setting_up_is_no_key(name: str, missing: list[str]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Settings.from_environment({**VARIABLES, name: "half"})

    assert [problem.partition(" is not set")[0] for problem in raised.value.problems] == missing


SETUP_KEY = {"S3_SETUP_ACCESS_KEY_ID": KEY, "S3_SETUP_SECRET_ACCESS_KEY": SECRET}
NO_APP_KEY = {name: value for name, value in VARIABLES.items() if not name.startswith("AWS_")}


def test_before_there_is_a_key_for_the_app_the_bucket_can_be_set_up() -> None:
    with BucketServer() as server:
        settings = Settings.from_environment(
            {
                **NO_APP_KEY,
                **SETUP_KEY,
                "S3_ENDPOINT_URL": server.url,
                "S3_REGION": LOCAL_BUCKET["S3_REGION"],
                "DATABASE_URL": "sqlite://",
            }
        )
        printed = run(settings, "policy")
        result = run(settings, "setup", "--yes")

    assert json.loads(printed.output) == app_policy(NAME)
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        (NO_APP_KEY, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
        ({**NO_APP_KEY, **SETUP_KEY, "AWS_ACCESS_KEY_ID": "AKIA"}, ["AWS_SECRET_ACCESS_KEY"]),
        (
            {
                **NO_APP_KEY,
                **SETUP_KEY,
                "ENV": "production",
                "SITE_URL": "https://blog.example.com",
                "DATABASE_URL": "postgres://host/blog",
            },
            ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
        ),
    ],
    ids=["no key at all", "half a key", "production"],
)
def test_otherwise_the_apps_own_key_is_asked_for(
    variables: dict[str, str], missing: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Settings.from_environment(variables)

    assert [problem.partition(" is not set")[0] for problem in raised.value.problems] == missing


def test_without_a_key_of_its_own_setting_up_takes_the_apps() -> None:
    with BucketServer() as server:
        result = run(settings_for(server.url), "setup", "--yes")

    assert result.exit_code == 0
