"""What this installation is told from outside: the only reader of the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

from blog.environment import DEPLOYED, Environment
from blog.environment import LOCAL_BUCKET as LOCAL_BUCKET
from blog.environment import ConfigurationError as ConfigurationError

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
DEVELOPMENT_DATABASE = f"sqlite:///{INSTANCE / 'blog.db'}"

# Threads of one gunicorn worker, and so the most connections that it opens to the database.
THREADS_PER_WORKER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between installations, checked, built once.

    URLs have no trailing slash. `media_url` is the public base below which object keys
    (`media/…`) are read; `bucket_url` is where the browser sends uploads. Each author may have
    `upload_bytes_per_day` signed in 24 hours, and `uploads_pending` files on their way at once.
    `setup_…` is the key that `flask bucket setup` uses instead of the app's own, where it is set;
    on the machine of whoever sets up, the app's own may be empty then.
    `log_format` is empty where requests are not logged.
    """

    environment: str = "development"
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    site_url: str
    bucket: str
    region: str
    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    setup_access_key_id: str = field(default="", repr=False)
    setup_secret_access_key: str = field(default="", repr=False)
    setup_session_token: str = field(default="", repr=False)
    endpoint_url: str | None = None
    addressing_style: Literal["virtual", "path"] = "virtual"
    upload_method: Literal["post", "put"] = "post"
    media_url: str = ""
    upload_bytes_per_day: int = 20_000_000_000
    uploads_pending: int = 500
    trusted_proxies: int = 0
    trusted_hosts: tuple[str, ...] = ()
    log_format: Literal["json", "text", ""] = ""
    port: int = 8000
    is_bucket_embedded: bool = False  # that of `make run`, for S3_BUCKET names no other

    def __post_init__(self) -> None:
        if not self.media_url:
            object.__setattr__(self, "media_url", self.bucket_url)

    @property
    def bucket_url(self) -> str:
        """The bucket's own address, in the addressing style that is set."""
        endpoint = self.endpoint_url or f"https://s3.{self.region}.amazonaws.com"
        if self.addressing_style == "path":
            return f"{endpoint}/{self.bucket}"
        scheme, _, host = endpoint.partition("://")
        return f"{scheme}://{self.bucket}.{host}"

    @property
    def is_deployed(self) -> bool:
        """Whether others come here: staging or production."""
        return self.environment in DEPLOYED

    @property
    def is_secure(self) -> bool:
        """Whether readers and author come by HTTPS, so that cookies may demand it."""
        return self.site_url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which pages are answered, in lower case, without port or brackets."""
        own = () if self.is_deployed else ("localhost", "127.0.0.1", "::1")
        named = urlsplit(self.site_url).hostname
        return frozenset((named, *self.trusted_hosts, *own) if named else own)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The settings of this process; raises ConfigurationError naming every fault at once."""
        variables = Environment(_environment(environ))
        port = variables.port("PORT", 8000)
        endpoint_url = variables.endpoint_url()
        bucket = variables.name("S3_BUCKET")
        checked = {
            "environment": variables.environment,
            "secret_key": variables.secret_key(_development_secret_key),
            "database_url": variables.database_url(DEVELOPMENT_DATABASE),
            "site_url": variables.site_url(port),
            "bucket": bucket,
            "region": variables.name("S3_REGION"),
            "access_key_id": variables.app_key_setting("AWS_ACCESS_KEY_ID"),
            "secret_access_key": variables.app_key_setting("AWS_SECRET_ACCESS_KEY"),
            "session_token": variables.key("AWS_SESSION_TOKEN"),
            "setup_access_key_id": variables.key("S3_SETUP_ACCESS_KEY_ID"),
            "setup_secret_access_key": variables.key("S3_SETUP_SECRET_ACCESS_KEY"),
            "setup_session_token": variables.key("S3_SETUP_SESSION_TOKEN"),
            "endpoint_url": endpoint_url,
            "addressing_style": variables.addressing_style(bucket, endpoint_url),
            "upload_method": variables.choice("S3_UPLOAD_METHOD", ("post", "put")),
            "media_url": variables.url("MEDIA_URL"),
            "upload_bytes_per_day": variables.number("UPLOAD_BYTES_PER_DAY", 20_000_000_000),
            "uploads_pending": variables.number("UPLOADS_PENDING", 500),
            "trusted_proxies": variables.number("TRUSTED_PROXIES", 0),
            "trusted_hosts": variables.hosts("TRUSTED_HOSTS"),
            "log_format": variables.log_format(),
            "port": port,
            "is_bucket_embedded": variables.uses_local_bucket,
        }
        variables.check_setup_key()
        variables.stop_on_problems()
        return cls(**checked)  # type: ignore[arg-type]  # one dict of several types


def database_url(environ: Mapping[str, str] | None = None) -> str:
    """Where the database is, for commands that need nothing else (`alembic upgrade head`).

    Raises ConfigurationError where staging or production name none.
    """
    variables = Environment(_environment(environ))
    url = variables.database_url(DEVELOPMENT_DATABASE)
    variables.stop_on_problems()
    return url


def _environment(environ: Mapping[str, str] | None) -> Mapping[str, str]:
    """The process's variables over those of `.env`, which real deployments do not read."""
    if environ is not None:
        return environ
    environment = os.environ.get("ENV", "").strip() or "development"
    if environment in DEPLOYED:
        return os.environ
    path = ROOT / ".env"
    try:
        from_file = {name: value for name, value in dotenv_values(path).items() if value}
    except UnicodeDecodeError as error:
        problem = f"{path} is not UTF-8 (byte {error.start + 1}). Save it anew in that encoding."
        raise ConfigurationError(environment, [problem]) from error
    return {**from_file, **os.environ}


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
