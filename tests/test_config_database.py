"""DATABASE_URL: what no database has is refused in words, and without its password."""

import os
import subprocess
import sys

import pytest

from blog.config import ROOT, ConfigurationError, database_url
from tests.postgres import free_port


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("garbage-secret", "DATABASE_URL begins with postgres://"),
        ("mysql://ada:secret@host/blog", "DATABASE_URL begins with postgres://"),
        ("postgresql+psycopg2://ada:secret@host/blog", "DATABASE_URL begins with postgres://"),
        ("https://secret.example.com", "DATABASE_URL begins with postgres://"),
        ("postgres:ada:secret@host", "DATABASE_URL begins with postgres://"),
        ('"postgres://ada:secret@host/blog"', "DATABASE_URL stands in quotes"),
        ("'postgres://ada:secret@host/blog'", "DATABASE_URL stands in quotes"),
        ("postgres://ada:secret@host:port/blog", "DATABASE_URL has a port that is none"),
        ("postgres://ada:secret/word@host/blog", "DATABASE_URL has a port that is none"),
        ("postgres://ada:secret@host:/blog", "DATABASE_URL has a colon and no port"),
        ("postgres://ada:sec@secret@host/blog", "DATABASE_URL has a password with @"),
        ("sqlite://secret/blog.db", "DATABASE_URL has three slashes"),
    ],
)
@pytest.mark.parametrize("environment", ["development", "production"])
def test_what_is_no_database_is_refused_in_words(environment: str, url: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        database_url({"ENV": environment, "DATABASE_URL": url})

    assert words in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://ada:word@host:5432/blog", "postgresql+psycopg://ada:word@host:5432/blog"),
        ("postgresql+psycopg://host/blog", "postgresql+psycopg://host/blog"),
        ("postgresql:///blog?host=/var/run", "postgresql+psycopg:///blog?host=/var/run"),
        ("sqlite:////var/lib/blog.db", "sqlite:////var/lib/blog.db"),
        ("sqlite://", "sqlite://"),
        ("sqlite:////home/a@b@c/blog.db", "sqlite:////home/a@b@c/blog.db"),
        ("postgres://ada@host/blog?user=a@b", "postgresql+psycopg://ada@host/blog?user=a@b"),
        ("postgres://ada:w%2Ford@[::1]/blog", "postgresql+psycopg://ada:w%2Ford@[::1]/blog"),
    ],
)
def test_what_is_one_is_taken(url: str, expected: str) -> None:
    assert database_url({"DATABASE_URL": url}) == expected


@pytest.mark.parametrize("arguments", [("user", "link"), ("doctor",), ("bucket", "policy")])
def test_no_command_ends_in_a_traceback(arguments: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": "mysql://ada:secret@host/blog"},
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert ended.returncode == 1
    assert "DATABASE_URL begins with postgres://" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


@pytest.mark.parametrize(
    "arguments", [("-m", "alembic", "upgrade", "head"), ("-m", "blog.local.run")]
)
def test_a_database_that_cannot_be_reached_ends_a_start_in_a_sentence(
    arguments: tuple[str, ...],
) -> None:
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"postgres://ada:secret@127.0.0.1:{free_port()}/blog",
        },
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert ended.returncode == 1
    assert "The database of DATABASE_URL cannot be reached: " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr
