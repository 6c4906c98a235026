"""DATABASE_URL: what is wrong with it, in words without it, and as SQLAlchemy wants it."""

from urllib.parse import urlsplit

DATABASES = ("postgres", "postgresql", "postgresql+psycopg", "sqlite")


def fault_of_database(url: str) -> str | None:
    """A sentence's end, without a part of the URL, for it has a password."""
    scheme, separator, rest = url.partition("://")
    if not url:
        return None
    if url[0] in "'\"":
        return "stands in quotes, which belong to no address"
    if not separator or scheme not in DATABASES:
        return "begins with postgres:// (or with sqlite:/// on your own machine)"
    if scheme == "sqlite":
        return None if rest == "" or rest[0] == "/" else "has three slashes before a path, or four"
    address = rest.partition("?")[0]
    if address.count("@") > 1:  # the driver would take what follows the first for the host
        return "has a password with @, which is written as %40"
    try:
        parts = urlsplit(f"//{rest}")
        if parts.port is None and parts.netloc.endswith(":"):
            return "has a colon and no port after it"
    except ValueError:
        return "has a port that is none, or a password with / ? # or @, which is written as %2F say"
    return None


def with_driver(url: str, *, on_heroku: bool) -> str:
    """The URL as SQLAlchemy wants it; Heroku says `postgres://`, which SQLAlchemy refuses."""
    scheme, separator, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql"):
        return url
    if on_heroku and "sslmode=" not in rest:
        rest += ("&" if "?" in rest else "?") + "sslmode=require"
    return f"postgresql+psycopg{separator}{rest}"
