"""What this installation is told from outside: the only reader of the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"

ENVIRONMENTS = ("development", "testing", "staging", "production")

# Threads of one gunicorn worker, and so the most connections that it opens to the database.
THREADS_PER_WORKER = 4

SHORTEST_SECRET_KEY = 32

# The embedded bucket of `python -m blog.local`, which development uses unless S3_BUCKET is set.
LOCAL_BUCKET = {
    "S3_BUCKET": "blog-media",
    "S3_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "LOCALBUCKETKEY",
    "AWS_SECRET_ACCESS_KEY": "local-bucket-secret",
}

HOW_TO_SET = {
    "SECRET_KEY": 'signs the sessions; make one with: python -c "import secrets; '
    'print(secrets.token_urlsafe(48))"',
    "DATABASE_URL": "where the words are, postgres://user:password@host/name say",
    "SITE_URL": "the public origin of the blog, https://blog.example.com say",
    "S3_BUCKET": "the name of the bucket that keeps the pictures",
    "S3_REGION": "the bucket's region, eu-central-1 say",
    "AWS_ACCESS_KEY_ID": "the access key of the user that may write to the bucket",
    "AWS_SECRET_ACCESS_KEY": "the secret of that access key",
}


class ConfigurationError(SystemExit):
    """The settings are missing or unsafe; the message names each of them.

    It is a SystemExit, so that a command line or a server that is started with bad settings
    ends with the message and status 1 instead of a traceback.
    """

    def __init__(self, environment: str, problems: list[str]) -> None:
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"Signpost cannot start (ENV={environment}):\n{lines}")
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between installations, checked, built once.

    URLs have no trailing slash. `media_url` is the public base below which object keys
    (`media/…`) are read; `bucket_url` is where the browser sends uploads.
    """

    environment: str = "development"
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    site_url: str
    bucket: str
    region: str
    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)
    endpoint_url: str | None = None
    addressing_style: Literal["virtual", "path"] = "virtual"
    upload_method: Literal["post", "put"] = "post"
    media_url: str = ""
    trusted_proxies: int = 0
    port: int = 8000

    def __post_init__(self) -> None:
        if not self.media_url:
            object.__setattr__(self, "media_url", self.bucket_url)

    @property
    def bucket_url(self) -> str:
        """The bucket's own address, in the addressing style that is set."""
        if self.endpoint_url is None:
            return f"https://{self.bucket}.s3.{self.region}.amazonaws.com"
        if self.addressing_style == "path":
            return f"{self.endpoint_url}/{self.bucket}"
        scheme, _, host = self.endpoint_url.partition("://")
        return f"{scheme}://{self.bucket}.{host}"

    @property
    def is_secure(self) -> bool:
        """Whether readers and author come by HTTPS, so that cookies may demand it."""
        return self.site_url.startswith("https://")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The settings of this process; raises ConfigurationError naming every fault at once."""
        return _Reader(_environment(environ)).settings()


def database_url(environ: Mapping[str, str] | None = None) -> str:
    """Where the database is, for commands that need nothing else (`alembic upgrade head`).

    Raises ConfigurationError where staging or production name none.
    """
    reader = _Reader(_environment(environ))
    url = reader.database_url()
    reader.stop_on_problems()
    return url


def _environment(environ: Mapping[str, str] | None) -> Mapping[str, str]:
    """The process's variables over those of `.env`, which real deployments do not read."""
    if environ is not None:
        return environ
    if os.environ.get("ENV", "development") in ("staging", "production"):
        return os.environ
    from_file = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value}
    return {**from_file, **os.environ}


class _Reader:
    """Reads one setting after another and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []
        self.environment = environ.get("ENV", "").strip() or "development"
        if self.environment not in ENVIRONMENTS:
            self.problems.append(f"ENV is one of {', '.join(ENVIRONMENTS)}")
        self.is_deployed = self.environment in ("staging", "production")
        self.uses_local_bucket = not self.is_deployed and not environ.get("S3_BUCKET", "").strip()

    def settings(self) -> Settings:
        port = self.port("PORT", 8000)
        endpoint_url = self.endpoint_url()
        settings = {
            "environment": self.environment,
            "secret_key": self.secret_key(),
            "database_url": self.database_url(),
            "site_url": self.site_url(port),
            "bucket": self.bucket_setting("S3_BUCKET"),
            "region": self.bucket_setting("S3_REGION"),
            "access_key_id": self.bucket_setting("AWS_ACCESS_KEY_ID"),
            "secret_access_key": self.bucket_setting("AWS_SECRET_ACCESS_KEY"),
            "endpoint_url": endpoint_url,
            "addressing_style": self.choice(
                "S3_ADDRESSING_STYLE", ("path", "virtual") if endpoint_url else ("virtual", "path")
            ),
            "upload_method": self.choice("S3_UPLOAD_METHOD", ("post", "put")),
            "media_url": self.url("MEDIA_URL"),
            "trusted_proxies": self.number("TRUSTED_PROXIES", 0),
            "port": port,
        }
        self.stop_on_problems()
        return Settings(**settings)  # type: ignore[arg-type]  # one dict of several types

    def stop_on_problems(self) -> None:
        if self.problems:
            raise ConfigurationError(self.environment, self.problems)

    def secret_key(self) -> str:
        if not self.is_deployed:
            return self.text("SECRET_KEY") or _development_secret_key()
        key = self.required("SECRET_KEY")
        if key and len(key) < SHORTEST_SECRET_KEY:
            self.problems.append(
                f"SECRET_KEY is too short, {SHORTEST_SECRET_KEY} characters are the least: "
                + HOW_TO_SET["SECRET_KEY"]
            )
        return key

    def database_url(self) -> str:
        if self.is_deployed:
            return _with_driver(self.required("DATABASE_URL"), on_heroku="DYNO" in self.environ)
        default = f"sqlite:///{INSTANCE / 'blog.db'}"
        return _with_driver(self.text("DATABASE_URL") or default, on_heroku=False)

    def site_url(self, port: int) -> str:
        if not self.is_deployed:
            return self.url("SITE_URL") or f"http://127.0.0.1:{port}"
        if not self.required("SITE_URL"):
            return ""
        url = self.url("SITE_URL")
        parts = urlsplit(url)
        if parts.path or parts.query:
            self.problems.append("SITE_URL is an origin, without a path: " + HOW_TO_SET["SITE_URL"])
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            self.problems.append("SITE_URL starts with https:// anywhere but on this machine")
        return url

    def endpoint_url(self) -> str | None:
        if self.uses_local_bucket and not self.text("S3_ENDPOINT_URL"):
            return f"http://127.0.0.1:{self.port('BUCKET_PORT', 9000)}"
        return self.url("S3_ENDPOINT_URL") or None

    def bucket_setting(self, name: str) -> str:
        if self.uses_local_bucket:
            return self.text(name) or LOCAL_BUCKET[name]
        return self.required(name)

    def text(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            self.problems.append(f"{name} is not set: {HOW_TO_SET[name]}")
        return value

    def url(self, name: str) -> str:
        value = self.text(name).rstrip("/")
        if value and not (value.startswith(("http://", "https://")) and urlsplit(value).netloc):
            self.problems.append(f"{name} is a whole address, https://… say, not {value!r}")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.text(name) or str(default)
        if not value.isdecimal():
            self.problems.append(f"{name} is a whole number, not {value!r}")
            return default
        return int(value)

    def port(self, name: str, default: int) -> int:
        port = self.number(name, default)
        if port > 65535:
            self.problems.append(f"{name} is a port, 65535 at most, not {port}")
        return port

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name) or choices[0]
        if value not in choices:
            self.problems.append(f"{name} is one of {', '.join(choices)}, not {value!r}")
        return value


def _with_driver(url: str, *, on_heroku: bool) -> str:
    """The URL as SQLAlchemy wants it; Heroku says `postgres://`, which SQLAlchemy refuses."""
    scheme, separator, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql"):
        return url
    if on_heroku and "sslmode=" not in rest:
        rest += ("&" if "?" in rest else "?") + "sslmode=require"
    return f"postgresql+psycopg{separator}{rest}"


def _development_secret_key() -> str:
    """A key of this checkout's own, so that not even development has one that others know."""
    path = INSTANCE / "secret-key"
    INSTANCE.mkdir(exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()
