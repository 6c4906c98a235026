"""What the library's pages cost with 100,000 assets, beside 100: the same, whatever they show."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
from sqlalchemy import text

from bench.author import Author
from bench.servers import blog
from blog.databases import with_driver
from blog.db import make_engine
from blog.local.server import BucketServer
from tests.postgres import find_binaries, running_postgres

FEW, MANY = 100, 100_000
ROUNDS = 20
SPECIAL = 5  # videos, and pictures with the rare word, in a library of either size

# In both libraries each of them shows the same number of assets: a full page, or the few there are.
PAGES = {
    "the first page": "",
    "the last page": "?before=62",
    "a word of 5": "?q=walrus",
    "a word of all": "?q=holiday",
    "5 videos": "?kind=videos",
    "unused": "?use=unused",
}

# Written by the databases themselves, in the words that both know; nearly a million rows.
NUMBERS = """WITH RECURSIVE numbers(n) AS (
  SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"""
DIGITS = "CAST(100000000000 + n AS varchar(12))"
FILL = (
    f"""INSERT INTO assets
      (id, sha256, digits, kind, filename, alt, created_by_id, created_at, is_used) {NUMBERS}
      SELECT n, {DIGITS} || '{"0" * 52}', {DIGITS},
        CASE WHEN n % :every = 1 THEN 'video' ELSE 'picture' END,
        'IMG_' || n || '.webp', 'The beach on our holiday', 1, '2026-01-01 00:00:00',
        n % 4 = 0 FROM numbers""",
    f"""INSERT INTO files
      (asset_id, role, content_type, size, sha256, width, height, pending_key, key, confirmed_at)
      {NUMBERS}, sides(side) AS (VALUES (2400), (480), (960), (1600))
      SELECT n, CASE WHEN side = 2400 THEN 'main' ELSE 'variant' END, 'image/webp', side * 100,
        {DIGITS} || '{"0" * 48}' || CAST(1000 + side AS varchar(4)), side, side * 3 / 4,
        'pending/' || n || '-' || side, 'media/' || n || '-' || side || '.webp',
        '2026-01-01 00:00:00' FROM numbers CROSS JOIN sides""",
    f"""INSERT INTO asset_words (word, asset_id) {NUMBERS}, words(word) AS
      (VALUES ('img'), ('the'), ('beach'), ('on'), ('our'), ('holiday'))
      SELECT word, n FROM numbers CROSS JOIN words""",
    f"""INSERT INTO asset_words (word, asset_id) {NUMBERS}
      SELECT CAST(n AS varchar(9)), n FROM numbers""",
    f"""INSERT INTO asset_words (word, asset_id) {NUMBERS}
      SELECT 'walrus', n FROM numbers WHERE n % :every = 2""",
)


def measure() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{folder}/{count}.db" for count in (FEW, MANY)]
        yield from compare("SQLite", urls)
    binaries = find_binaries()
    if binaries is None:
        yield "the library on Postgres", "there is no PostgreSQL on this machine"
        return
    with running_postgres(binaries) as server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE many")
        yield from compare("Postgres", [server, server.rpartition("/")[0] + "/many"])


def compare(name: str, urls: list[str]) -> Iterator[tuple[str, str]]:
    """Both libraries at the same time, a request to each in turn: so noise meets both."""
    with ExitStack() as stack:
        bucket = stack.enter_context(BucketServer(directory=None))
        authors = []
        for url, count in zip(urls, (FEW, MANY), strict=True):
            served = stack.enter_context(blog(Path(), bucket, database_url=url))
            authors.append(stack.enter_context(Author.signed_in(served)))
            fill(url, count)
        for page, query in PAGES.items():
            shown = [author.get(f"/admin/media/{query}").count('name="id"') for author in authors]
            assert shown[0] == shown[1] > 0, (page, shown)
            few, many = milliseconds(authors, f"/admin/media/{query}")
            yield (
                f"the library at 100,000 beside 100, {name}, {page} ({shown[0]} shown)",
                f"{many / few:.2f} times, {many:.0f} ms (limit 1.5)",
            )


def milliseconds(authors: list[Author], path: str) -> list[float]:
    """The median time of an answer for each."""
    times: list[list[float]] = [[] for _ in authors]
    for _ in range(ROUNDS):
        for author, own in zip(authors, times, strict=True):
            start = time.perf_counter()
            author.get(path)
            own.append(1000 * (time.perf_counter() - start))
    return [statistics.median(own) for own in times]


def fill(url: str, count: int) -> None:
    engine = make_engine(with_driver(url, on_heroku=False), pooled=False)
    with engine.begin() as connection:
        for statement in FILL:
            connection.execute(text(statement), {"count": count, "every": count // SPECIAL})
        if engine.name == "postgresql":
            connection.execute(text("ANALYZE"))  # as its autovacuum does; SQLite has none
    engine.dispose()
