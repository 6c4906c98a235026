"""Settings from the environment: what is missing is named, what is unsafe is refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from blog.config import ROOT, ConfigurationError, Settings, database_url

PRODUCTION = {
    "ENV": "production",
    "SECRET_KEY": "s" * 40,
    "DATABASE_URL": "postgres://ada:secret@db.example.com/blog",
    "SITE_URL": "https://blog.example.com/",
    "S3_BUCKET": "blog-pictures",
    "S3_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "very-secret",
}


def test_development_needs_no_variable() -> None:
    settings = Settings.from_environment({})

    assert settings.environment == "development"
    assert settings.site_url == "http://127.0.0.1:8000"
    assert settings.endpoint_url == "http://127.0.0.1:9000"
    assert settings.bucket_url == "http://127.0.0.1:9000/blog-media"
    assert settings.database_url.startswith("sqlite:///")
    assert len(settings.secret_key) >= 32


def test_ports_move_the_addresses() -> None:
    settings = Settings.from_environment({"PORT": "8123", "BUCKET_PORT": "9123"})

    assert settings.site_url == "http://127.0.0.1:8123"
    assert settings.endpoint_url == "http://127.0.0.1:9123"
    assert Settings.from_environment({"PORT": "80"}).site_url == "http://127.0.0.1"


@pytest.mark.parametrize("name", ["PORT", "BUCKET_PORT"])
def test_a_port_that_is_none_is_told_alone(name: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Settings.from_environment({name: "70000"})

    assert raised.value.problems == [f"{name} is a port, 65535 at most, not 70000"]


def test_production_takes_what_it_is_given() -> None:
    settings = Settings.from_environment(PRODUCTION)

    assert settings.site_url == "https://blog.example.com"
    assert settings.database_url == "postgresql+psycopg://ada:secret@db.example.com/blog"
    assert settings.bucket_url == "https://blog-pictures.s3.eu-central-1.amazonaws.com"
    assert settings.media_url == settings.bucket_url
    assert settings.is_secure


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_everything_missing_is_named_at_once(environment: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Settings.from_environment({"ENV": environment})

    for name in PRODUCTION.keys() - {"ENV"}:
        assert f"{name} is not set" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("SECRET_KEY", "\udcff" * 40, "SECRET_KEY has a line break"),
        ("SITE_URL", "blog.example.com", "SITE_URL is a whole address"),
        ("SITE_URL", "http://blog.example.com", "SITE_URL starts with https://"),
        ("SITE_URL", "https://example.com/blog", "SITE_URL is an origin"),
        ("ENV", "prod", "ENV is one of"),
        ("PORT", "80000", "PORT is a port"),
        ("S3_BUCKET", "s3://pictures", "S3_BUCKET is a name alone"),
        ("S3_BUCKET", "pictures/", "S3_BUCKET is a name alone"),
        ("S3_BUCKET", "My Pictures", "S3_BUCKET is a name alone"),
        ("S3_REGION", "eu-central-1; img-src *", "S3_REGION is a name alone"),
        ("S3_ENDPOINT_URL", "https://id.example.com/blog-pictures", "S3_ENDPOINT_URL is the addr"),
        ("SITE_URL", "https://bücher.example", "xn--"),
        ("AWS_SECRET_ACCESS_KEY", "\udce4", "AWS_SECRET_ACCESS_KEY has a space"),
        ("UPLOADS_PENDING", "9" * 5000, "UPLOADS_PENDING is a whole number"),
        ("TRUSTED_PROXIES", "yes", "TRUSTED_PROXIES is a whole number"),
        ("S3_ADDRESSING_STYLE", "auto", "S3_ADDRESSING_STYLE is one of"),
        ("S3_UPLOAD_METHOD", "patch", "S3_UPLOAD_METHOD is one of"),
        ("MEDIA_URL", "cdn.example.com", "MEDIA_URL is a whole address"),
        ("UPLOAD_BYTES_PER_DAY", "20 GB", "UPLOAD_BYTES_PER_DAY is a whole number"),
        ("UPLOADS_PENDING", "-1", "UPLOADS_PENDING is a whole number"),
        ("TRUSTED_HOSTS", "*", "TRUSTED_HOSTS lists names"),
        ("TRUSTED_HOSTS", "www.example.com,https://blog.example.com", "TRUSTED_HOSTS lists names"),
        ("TRUSTED_HOSTS", "blog.example.com:8000", "TRUSTED_HOSTS lists names"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is one of json, text"),
    ],
)
def test_an_unsafe_or_senseless_value_is_refused(name: str, value: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Settings.from_environment({**PRODUCTION, name: value})


@pytest.mark.parametrize(
    "name",
    [
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("S3_SETUP_ACCESS_KEY_ID", "S3_SETUP_SECRET_ACCESS_KEY", "S3_SETUP_SESSION_TOKEN"),
    ],
)
def test_a_key_with_a_line_break_is_refused_without_showing_it(name: str) -> None:
    setup = {"S3_SETUP_ACCESS_KEY_ID": "AKIASETUP", "S3_SETUP_SECRET_ACCESS_KEY": "hidden"}
    with pytest.raises(ConfigurationError) as raised:
        Settings.from_environment({**PRODUCTION, **setup, name: "first\nsecond"})

    [problem] = raised.value.problems
    assert problem.startswith(f"{name} has a space, a line break")
    assert "first" not in problem
    assert "second" not in problem


def test_a_secret_may_be_several_words() -> None:
    secret = "correct horse"
    settings = Settings.from_environment({**PRODUCTION, "AWS_SECRET_ACCESS_KEY": secret})

    assert settings.secret_access_key == secret


def test_limits_and_temporary_credentials_may_be_set() -> None:
    default = Settings.from_environment(PRODUCTION)
    settings = Settings.from_environment(
        {
            **PRODUCTION,
            "UPLOAD_BYTES_PER_DAY": "1000000",
            "UPLOADS_PENDING": "7",
            "AWS_SESSION_TOKEN": "a-token",
        }
    )

    assert (default.upload_bytes_per_day, default.uploads_pending) == (20_000_000_000, 500)
    assert default.session_token == ""
    assert (settings.upload_bytes_per_day, settings.uploads_pending) == (1_000_000, 7)
    assert settings.session_token == "a-token"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (PRODUCTION, "json"),
        ({**PRODUCTION, "LOG_FORMAT": "text"}, "text"),
        ({}, ""),
        ({"LOG_FORMAT": "text"}, "text"),
    ],
)
def test_requests_are_logged_in_json_where_the_blog_is_deployed(
    variables: dict[str, str], expected: str
) -> None:
    assert Settings.from_environment(variables).log_format == expected


def test_secrets_are_not_shown() -> None:
    shown = repr(Settings.from_environment({**PRODUCTION, "AWS_SESSION_TOKEN": "token-secret"}))

    assert "token-secret" not in shown

    assert "very-secret" not in shown
    assert "ssss" not in shown
    assert "ada:secret" not in shown


def test_heroku_gets_tls_to_its_database() -> None:
    url = database_url({**PRODUCTION, "DYNO": "web.1"})

    assert url.endswith("/blog?sslmode=require")


def test_the_release_command_needs_the_database_only() -> None:
    url = database_url({"ENV": "production", "DATABASE_URL": "postgres://host/blog"})

    assert url == "postgresql+psycopg://host/blog"


@pytest.mark.parametrize("environment", ["production", "staging "])
def test_a_deployed_blog_reads_no_env_file(
    environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("\n".join(f"{name}={PRODUCTION[name]}" for name in PRODUCTION))
    monkeypatch.setattr("blog.config.ROOT", tmp_path)
    monkeypatch.setenv("ENV", environment)

    with pytest.raises(ConfigurationError, match="SECRET_KEY is not set"):
        Settings.from_environment()


def test_an_env_file_in_another_encoding_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_bytes("S3_BUCKET=gemälde\n".encode("latin-1"))
    monkeypatch.setattr("blog.config.ROOT", tmp_path)
    monkeypatch.delenv("ENV", raising=False)

    with pytest.raises(ConfigurationError, match=r"\.env is not UTF-8 \(byte 14\)"):
        Settings.from_environment()


@pytest.mark.parametrize(
    "arguments",
    [
        [sys.executable, "-c", "import wsgi"],
        [sys.executable, "-m", "flask", "user", "link"],
        [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", "127.0.0.1:0"],
    ],
)
def test_a_start_with_nothing_set_says_what_is_missing_and_fails(arguments: list[str]) -> None:
    environment = {"ENV": "production", "PATH": str(Path(sys.executable).parent)}

    ended = subprocess.run(
        arguments, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30
    )

    assert ended.returncode != 0
    assert "AWS_SECRET_ACCESS_KEY is not set" in ended.stderr
    assert "Traceback" not in ended.stderr
