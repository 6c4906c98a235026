"""app.json: what Heroku's button asks for, and makes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from blog.config import ROOT, ConfigurationError, Settings
from blog.environment import HOW_TO_SET

# https://devcenter.heroku.com/articles/app-json-schema
KEYS = {
    "addons",
    "buildpacks",
    "description",
    "env",
    "environments",
    "formation",
    "keywords",
    "name",
    "success_url",
}
KEYS_OF_A_VARIABLE = {"description", "generator", "required", "value"}

MANIFEST: dict[str, Any] = json.loads((ROOT / "app.json").read_text())
VARIABLES: dict[str, dict[str, Any]] = MANIFEST["env"]


def known_variables() -> set[str]:
    """Each that the settings are read from is named in quotes there."""
    sources = [ROOT / "blog" / "config.py", ROOT / "blog" / "environment.py"]
    return set(re.findall(r'"([A-Z][A-Z0-9_]+)"', "".join(map(Path.read_text, sources))))


def typed() -> dict[str, str]:
    """What somebody types who fills in what is required, and no more."""
    answers = {
        "S3_BUCKET": "my-blog-pictures",
        "S3_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
    }
    asked = {
        name
        for name, variable in VARIABLES.items()
        if variable.get("required", True) and not {"value", "generator"} & set(variable)
    }
    assert asked == set(answers)
    return answers


def environment(**others: str) -> dict[str, str]:
    """What the app then finds: values, a secret as Heroku makes them, the database, its dyno."""
    values = {name: v["value"] for name, v in VARIABLES.items() if "value" in v}
    secrets = {name: "0123456789abcdef" * 4 for name, v in VARIABLES.items() if "generator" in v}
    given = {"DATABASE_URL": "postgres://u:p@host/name", "DYNO": "web.1"}
    return {**values, **secrets, **given, **typed(), **others}


def test_it_says_only_what_heroku_knows() -> None:
    assert set(MANIFEST) <= KEYS
    for environment_of in MANIFEST["environments"].values():
        assert set(environment_of) <= KEYS
    for name, variable in VARIABLES.items():
        assert set(variable) <= KEYS_OF_A_VARIABLE, name
        assert variable["description"].endswith("."), name
        assert variable.get("generator", "secret") == "secret"


def test_every_variable_is_one_that_the_blog_reads() -> None:
    named = set(VARIABLES)
    for environment_of in MANIFEST["environments"].values():
        named |= set(environment_of["env"])

    assert named <= known_variables()


def test_it_asks_for_all_that_production_needs() -> None:
    given_by_heroku = {"DATABASE_URL"}
    set_up_from_elsewhere = {name for name in HOW_TO_SET if name.startswith("S3_SETUP_")}

    assert set(HOW_TO_SET) - given_by_heroku - set_up_from_elsewhere <= set(VARIABLES)
    assert not set_up_from_elsewhere & set(VARIABLES)  # the app never needs those rights
    settings = Settings.from_environment(environment(SITE_URL="https://blog.example.com"))
    assert settings.environment == "production"
    assert settings.trusted_proxies == 1
    assert "sslmode=require" in settings.database_url


def test_without_an_address_the_app_says_what_is_missing_and_nothing_else() -> None:
    with pytest.raises(ConfigurationError) as stopped:
        Settings.from_environment(environment())

    [problem] = stopped.value.problems
    assert problem.startswith("SITE_URL is not set")


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (
            {"HEROKU_APP_DEFAULT_DOMAIN_NAME": "my-blog-1234567890ab.herokuapp.com"},
            "https://my-blog-1234567890ab.herokuapp.com",
        ),
        (
            {"HEROKU_APP_NAME": "my-blog-pr-7", "HEROKU_PR_NUMBER": "7"},
            "https://my-blog-pr-7.herokuapp.com",
        ),
    ],
)
def test_the_address_is_herokus_own_where_heroku_tells_it(
    told: dict[str, str], address: str
) -> None:
    assert Settings.from_environment(environment(**told)).site_url == address
    own = environment(**told, SITE_URL="https://blog.example.com")
    assert Settings.from_environment(own).site_url == "https://blog.example.com"


def test_a_name_alone_is_no_address() -> None:
    """Any other app's has a random part behind its name."""
    with pytest.raises(ConfigurationError, match="SITE_URL is not set"):
        Settings.from_environment(environment(HEROKU_APP_NAME="my-blog"))


def test_a_review_app_is_none_of_production() -> None:
    """What it needs is said in full, whether Heroku adds it to the rest or puts it in its place."""
    review = MANIFEST["environments"]["review"]["env"]
    given = {name for name, v in VARIABLES.items() if {"value", "generator"} & set(v)}

    assert set(review) == given
    assert review["ENV"]["value"] == "staging"
    assert review["SECRET_KEY"]["generator"] == "secret"
    assert review["TRUSTED_PROXIES"]["value"] == VARIABLES["TRUSTED_PROXIES"]["value"]


def test_it_makes_what_the_procfile_runs_on_python_with_a_database() -> None:
    processes = {line.split(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()}

    assert set(MANIFEST["formation"]) == processes - {"release"}
    assert MANIFEST["buildpacks"] == [{"url": "heroku/python"}]
    assert [addon["plan"].split(":")[0] for addon in MANIFEST["addons"]] == ["heroku-postgresql"]
