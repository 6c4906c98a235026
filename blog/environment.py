"""The variables of the environment one by one: what each must be, and words for what it is not."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from blog import heroku
from blog.databases import fault_of_database, with_driver
from blog.origins import fault_of, is_loopback, origin_of, why_no_name_before

DEPLOYED = ("staging", "production")
ENVIRONMENTS = ("development", "testing", *DEPLOYED)
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
    "AWS_ACCESS_KEY_ID": "the access key of the user that may write to the bucket "
    "(docs/deploy/aws.md)",
    "AWS_SECRET_ACCESS_KEY": "the secret of that access key",
    "S3_SETUP_ACCESS_KEY_ID": "the access key that “flask bucket setup” uses; none of the three "
    "S3_SETUP_ variables is needed where the app's own key may set the bucket up",
    "S3_SETUP_SECRET_ACCESS_KEY": "the secret of S3_SETUP_ACCESS_KEY_ID",
}


# Scheme, host, port and path, in none but the characters that end nothing in a policy.
_PLAIN_ADDRESS = re.compile(
    r"(?:https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%+/=:@-]*)?)?"
)


# A name or an address as a Host header spells it, in ASCII, without a port.
_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")

# As old buckets of AWS may be called, and whatever other stores allow beside.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

_NUMBER = re.compile(r"[0-9]{1,18}")

# What goes into headers of requests to the bucket, and what only makes signatures.
_HEADER = re.compile(r"[!-~]*")
_SECRET = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]*")


class ConfigurationError(SystemExit):
    """The settings are missing or unsafe; the message names each of them.

    It is a SystemExit, so that a command line or a server that is started with bad settings
    ends with the message and status 1 instead of a traceback.
    """

    def __init__(self, environment: str, problems: list[str]) -> None:
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"Signpost cannot start (ENV={environment}):\n{lines}")
        self.problems = problems


class Environment:
    """Reads one variable after another, and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []
        self.environment = environ.get("ENV", "").strip() or "development"
        if self.environment not in ENVIRONMENTS:
            self.problems.append(f"ENV is one of {', '.join(ENVIRONMENTS)}")
        self.is_deployed = self.environment in DEPLOYED
        self.uses_local_bucket = not self.is_deployed and not environ.get("S3_BUCKET", "").strip()

    def stop_on_problems(self) -> None:
        if self.problems:
            raise ConfigurationError(self.environment, self.problems)

    def secret_key(self, make_one: Callable[[], str]) -> str:
        if not self.is_deployed:
            return self.text("SECRET_KEY") or make_one()
        key = self.required("SECRET_KEY")
        if key and len(key) < SHORTEST_SECRET_KEY:
            self.problems.append(
                f"SECRET_KEY is too short, {SHORTEST_SECRET_KEY} characters are the least: "
                + HOW_TO_SET["SECRET_KEY"]
            )
        elif not _SECRET.fullmatch(key):
            self.problems.append("SECRET_KEY has a line break, or a byte that is not UTF-8")
        return key

    def database_url(self, default: str) -> str:
        url = self.required("DATABASE_URL") if self.is_deployed else self.text("DATABASE_URL")
        if (fault := fault_of_database(url)) is not None:
            self.problems.append(f"DATABASE_URL {fault}: {HOW_TO_SET['DATABASE_URL']}")
        return with_driver(url or default, on_heroku=heroku.is_dyno(self.environ))

    def site_url(self, port: int) -> str:
        """The origin of the blog as browsers write it: it is compared by letter."""
        if not self.is_deployed and not self.text("SITE_URL"):
            return origin_of(f"http://127.0.0.1:{port}")
        if not self.text("SITE_URL") and (own := heroku.address_of(self.text)):
            return own
        if not self.required("SITE_URL"):
            return ""
        before = len(self.problems)
        url = self.url("SITE_URL")
        if len(self.problems) > before:
            return url
        parts = urlsplit(url)
        if parts.path or parts.query:
            self.problems.append("SITE_URL is an origin, without a path: " + HOW_TO_SET["SITE_URL"])
        if self.is_deployed and parts.scheme == "http" and not is_loopback(url):
            self.problems.append("SITE_URL starts with https:// anywhere but on this machine")
        return origin_of(url)

    def endpoint_url(self) -> str | None:
        if self.uses_local_bucket and not self.text("S3_ENDPOINT_URL"):
            return f"http://127.0.0.1:{self.port('BUCKET_PORT', 9000)}"
        url = self.url("S3_ENDPOINT_URL")
        if url.endswith(f"/{self.text('S3_BUCKET')}"):
            self.problems.append(
                "S3_ENDPOINT_URL is the address of the store, without the bucket's name at its end"
            )
        return url or None

    def addressing_style(self, bucket: str, endpoint_url: str | None) -> str:
        why_path = why_no_name_before(bucket, endpoint_url)
        styles = ("path", "virtual") if endpoint_url or why_path else ("virtual", "path")
        style = self.choice("S3_ADDRESSING_STYLE", styles)
        if style == "virtual" and why_path:
            self.problems.append(f"S3_ADDRESSING_STYLE is path here, for {why_path}")
        return style

    def bucket_setting(self, name: str) -> str:
        if self.uses_local_bucket:
            return self.text(name) or LOCAL_BUCKET[name]
        return self.required(name)

    def name(self, name: str) -> str:
        """Of the bucket or its region: a part of addresses, which it may not change."""
        value = self.bucket_setting(name)
        if value and not _NAME.fullmatch(value):
            self.problems.append(f"{name} is a name alone, not {value!r}: {HOW_TO_SET[name]}")
        return value

    def key(self, name: str) -> str:
        """A part of an access key, as far as it is set; the value is in no message."""
        value = self.text(name)
        allowed = _SECRET if "SECRET" in name else _HEADER
        if not allowed.fullmatch(value):
            self.problems.append(
                f"{name} has a space, a line break or another character in it that does not belong "
                "there: set it again, whole and in one line"
            )
        return value

    def app_key_setting(self, name: str) -> str:
        """Nothing where nobody serves a blog, and a key that sets the bucket up is there instead:
        the app's own is made after the bucket, with what `flask bucket policy` prints."""
        self.key(name)
        is_for_setup = not self.is_deployed and bool(self.text("S3_SETUP_ACCESS_KEY_ID"))
        has_own = self.text("AWS_ACCESS_KEY_ID") or self.text("AWS_SECRET_ACCESS_KEY")
        if is_for_setup and not has_own and not self.uses_local_bucket:
            return ""
        return self.bucket_setting(name)

    def check_setup_key(self) -> None:
        """Half a key would be a riddle: it and its secret are set together, or neither is."""
        key, secret = "S3_SETUP_ACCESS_KEY_ID", "S3_SETUP_SECRET_ACCESS_KEY"
        if any(self.text(name) for name in (key, secret, "S3_SETUP_SESSION_TOKEN")):
            for name in (key, secret):
                self.required(name)

    def text(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            self.problems.append(f"{name} is not set: {HOW_TO_SET[name]}")
        return value

    def url(self, name: str) -> str:
        value = self.text(name).rstrip("/")
        scheme, separator, rest = value.partition("://")
        if separator:
            value = f"{scheme.lower()}://{rest}"
        if value and not (value.startswith(("http://", "https://")) and rest):
            self.problems.append(f"{name} is a whole address, https://… say, not {value!r}")
        elif not _PLAIN_ADDRESS.fullmatch(value):  # it goes into headers, as what may be loaded
            self.problems.append(
                f"{name} is a plain address, without a user, spaces, quotes, commas, ? or #, "
                "and in ASCII (bücher.example is xn--bcher-kva.example)"
            )
        elif (fault := fault_of(value)) is not None:
            self.problems.append(f"{name} is no address: {fault}, in {value!r}")
        return value

    def hosts(self, name: str) -> tuple[str, ...]:
        """The names of a comma list, in lower case, IPv6 addresses without their brackets."""
        listed = [host.strip().lower() for host in self.text(name).split(",") if host.strip()]
        for host in listed:
            if not _HOST.fullmatch(host):
                self.problems.append(
                    f"{name} lists names, blog.example.com,www.example.com say, each in full, "
                    f"without scheme, port or *; not {host!r}"
                )
        return tuple(host.strip("[]") for host in listed)

    def log_format(self) -> str:
        """Development logs no requests, unless it is asked to."""
        is_logging = self.is_deployed or self.text("LOG_FORMAT")
        return self.choice("LOG_FORMAT", ("json", "text")) if is_logging else ""

    def number(self, name: str, default: int) -> int:
        value = self.text(name) or str(default)
        if not _NUMBER.fullmatch(value):
            self.problems.append(f"{name} is a whole number from 0 on, not {value[:40]!r}")
            return default
        return int(value)

    def port(self, name: str, default: int) -> int:
        port = self.number(name, default)
        if port > 65535:
            self.problems.append(f"{name} is a port, 65535 at most, not {port}")
            return default
        return port

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name) or choices[0]
        if value not in choices:
            self.problems.append(f"{name} is one of {', '.join(choices)}, not {value!r}")
        return value
