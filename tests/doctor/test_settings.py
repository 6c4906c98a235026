"""`flask doctor` on the settings: a key that others could guess, and what does not fit together."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from blog.accounts.models import User
from blog.config import Settings
from blog.doctor.inside import settings_complete
from blog.doctor.installation import Installation
from tests.doctor.doctoring import GOOD_KEY, doctor

type MakeApp = Callable[[Settings], Flask]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("short", "has 5 characters"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "repeats few characters"),
        ("abcdefghijkl" * 4, "repeats few characters"),
        ("please-change-me-before-you-deploy-this", "placeholder"),
        ("your-secret-key-goes-here-0123456789-abc", "placeholder"),
        ("dev-key-of-nobody-in-particular-0123456789", "placeholder"),
    ],
)
@pytest.mark.parametrize("environment", ["production", "development"])
def test_weak_secret_key(
    make_app: MakeApp, settings: Settings, key: str, words: str, environment: str
) -> None:
    app = make_app(replace(settings, secret_key=key, environment=environment))

    result = doctor(app)["SECRET_KEY"]

    assert result.outcome == ("failed" if environment == "production" else "noted")
    assert words in result.cause
    assert "token_urlsafe" in result.fix


@pytest.mark.parametrize(
    "key",
    [
        GOOD_KEY,
        "0f3a9c41d2e8b7765a1c0f3e9d8b7a64",
        "kräftig " + GOOD_KEY,
        "DeV3oZbQ8vXw1mR7tLpYc5uNa2sGd9eHf4jIq6Kk",  # begins as any random one may
    ],
)
def test_strong_secret_key(make_app: MakeApp, settings: Settings, key: str) -> None:
    app = make_app(replace(settings, secret_key=key))

    assert doctor(app)["SECRET_KEY"].outcome == "passed"


def test_settings_that_fit(make_app: MakeApp, settings: Settings) -> None:
    app = make_app(replace(settings, environment="production"))

    assert doctor(app)["settings"].outcome == "passed"


# Addresses that nobody is asked under: what the settings say is all that is looked at.
BY_HTTPS = {"site_url": "https://blog.example", "environment": "production"}
SETUP_KEY = {"setup_access_key_id": "AKIASETUP", "setup_secret_access_key": "hushhush"}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"environment": "staging", **SETUP_KEY}, "S3_SETUP_ACCESS_KEY_ID"),
        ({**BY_HTTPS, "media_url": "http://cdn.example"}, "MEDIA_URL"),
        ({**BY_HTTPS, "endpoint_url": "http://s3.example:1"}, "S3_ENDPOINT_URL"),
    ],
)
def test_settings_that_do_not_fit(settings: Settings, changed: dict[str, str], named: str) -> None:
    result = settings_complete.look(Installation(replace(settings, **changed)))  # type: ignore[arg-type]

    assert result.outcome == "failed"
    assert named in result.happened
    assert named in result.fix
    assert "hushhush" not in str(result)


@pytest.mark.parametrize(
    "changed",
    [
        {"environment": "development", **SETUP_KEY},
        {**BY_HTTPS, "media_url": "https://cdn.example", "endpoint_url": "https://s3.example"},
        {**BY_HTTPS, "endpoint_url": "http://127.0.0.1:9000", "media_url": "http://localhost:9"},
        {"media_url": "http://cdn.example", "environment": "production"},
    ],
)
def test_settings_that_are_as_they_should_be(settings: Settings, changed: dict[str, str]) -> None:
    result = settings_complete.look(Installation(replace(settings, **changed)))  # type: ignore[arg-type]

    assert result.outcome == "passed"


def test_a_database_in_a_file_is_noted_in_production(
    make_app: MakeApp, settings: Settings, ada: User
) -> None:
    app = make_app(replace(settings, environment="production"))

    results = doctor(app)

    is_sqlite = "sqlite" in settings.database_url
    assert results["database"].outcome == ("noted" if is_sqlite else "passed")
    assert ("DATABASE_URL" in results["database"].fix) == is_sqlite
    assert results["migrations"].outcome == "passed"
