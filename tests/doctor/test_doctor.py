"""`flask doctor`: a sound installation, and what it says of one that is not."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from blog.accounts.models import User
from blog.config import LOCAL_BUCKET, ROOT, Settings
from blog.db import session
from blog.local.server import BucketServer
from tests.doctor.doctoring import GOOD_KEY, doctor, serving
from tests.postgres import free_port
from tests.spoiling import without_table

type MakeApp = Callable[[Settings], Flask]


def test_sound_installation(app: Flask, settings: Settings, ada: User) -> None:
    with serving(app, settings):
        results = doctor(app)

    is_sqlite = "sqlite" in settings.database_url
    outcomes = {name: result.outcome for name, result in results.items()}
    assert outcomes.pop("database's clock") == ("skipped" if is_sqlite else "passed")
    assert set(outcomes.values()) == {"passed"}
    assert [name for name in outcomes if name.startswith("bucket: ")] == [
        "bucket: endpoint",
        "bucket: clock",
        "bucket: region",
        "bucket: credentials",
        "bucket: bucket",
        "bucket: uploads from SITE_URL",
        "bucket: an upload",
        "bucket: cleaned up",
    ]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_command(app: Flask, settings: Settings, options: list[str]) -> None:
    with serving(app, settings):
        said = app.test_cli_runner().invoke(args=["doctor", *options])

    assert said.exit_code == 1, said.output
    if options:
        document = json.loads(said.output)
        assert (document["ok"], document["failed"]) == (False, 1)
        assert document["site_url"] == settings.site_url
    else:
        assert "✗ admin" in said.output
        assert "Run “flask user link”" in said.output
    for secret in (GOOD_KEY, settings.database_url, settings.secret_access_key):
        assert secret not in said.output


def test_a_file_that_the_server_does_not_read_is_told(
    make_app: MakeApp, bucket: BucketServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("SECRET_KEY=elsewhere\n")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    url = f"sqlite:///{tmp_path / 'empty.db'}"

    found = {
        environment: doctor(make_app(replace(offline(bucket, url), environment=environment)))
        for environment in ("development", "production")
    }

    assert found["development"]["settings"].outcome == "passed"
    assert found["production"]["settings"].outcome == "noted"
    assert str(tmp_path / ".env") in found["production"]["settings"].happened


def test_settings_that_do_not_boot_are_named() -> None:
    environment = {"PATH": os.environ["PATH"], "ENV": "production", "SECRET_KEY": "short"}

    said = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "doctor"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert said.returncode == 1
    assert "SECRET_KEY is too short" in said.stderr
    assert "DATABASE_URL is not set" in said.stderr


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/blog.db", "postgresql+psycopg://blog:hushhush@127.0.0.1:9/blog"],
)
def test_no_database(make_app: MakeApp, bucket: BucketServer, url: str) -> None:
    app = make_app(offline(bucket, url))

    results = doctor(app)

    assert results["database"].outcome == "failed"
    assert "DATABASE_URL" in results["database"].fix
    assert "hushhush" not in str(results)
    assert {results[name].outcome for name in ("migrations", "admin")} == {"skipped"}


def test_database_without_tls_on_heroku(
    make_app: MakeApp, bucket: BucketServer, postgres_url: str
) -> None:
    result = doctor(make_app(offline(bucket, f"{postgres_url}?sslmode=require")))["database"]

    assert result.outcome == "failed"
    assert "?sslmode=disable" in result.fix


def test_empty_database(make_app: MakeApp, bucket: BucketServer, tmp_path: Path) -> None:
    app = make_app(offline(bucket, f"sqlite:///{tmp_path / 'empty.db'}"))

    results = doctor(app)

    assert results["migrations"].outcome == "failed"
    assert results["migrations"].fix == "Run “alembic upgrade head”."
    assert results["admin"].outcome == "skipped"


@pytest.mark.parametrize(
    ("revision", "outcome", "words"),
    [("b2d1", "failed", "alembic upgrade head"), ("ffff", "noted", "Deploy that release")],
)
def test_database_of_another_release(
    app: Flask, ada: User, revision: str, outcome: str, words: str
) -> None:
    with app.app_context():
        before = session.scalar(text("SELECT version_num FROM alembic_version"))
        write_revision(revision)
    try:
        result = doctor(app)["migrations"]
    finally:
        with app.app_context():
            write_revision(before)

    assert result.outcome == outcome
    assert revision in result.happened
    assert words in result.fix


def write_revision(revision: str) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
    session.commit()


def test_faulty_bucket(make_app: MakeApp, settings: Settings) -> None:
    app = make_app(replace(settings, secret_access_key="another", environment="production"))

    results = doctor(app)

    assert results["bucket: credentials"].outcome == "failed"
    assert results["bucket: an upload"].outcome == "skipped"


def offline(bucket: BucketServer, database_url: str) -> Settings:
    """An installation with this database, at an address where nothing listens."""
    return Settings(
        environment="testing",
        secret_key=GOOD_KEY,
        database_url=database_url,
        site_url=f"http://127.0.0.1:{free_port()}",
        bucket=LOCAL_BUCKET["S3_BUCKET"],
        region=LOCAL_BUCKET["S3_REGION"],
        access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
        secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
        endpoint_url=bucket.url,
        addressing_style="path",
    )


def test_database_without_accounts(app: Flask, settings: Settings) -> None:
    with without_table(settings, "users"):
        result = doctor(app)["admin"]

    assert result.outcome == "failed"
    assert "DATABASE_URL" in result.fix
