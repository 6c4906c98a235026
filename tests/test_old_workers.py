"""A release while the blog runs: the old workers go on, on the new schema and after a failure.

Between the release command and the restart the code of yesterday runs on the schema of today, and
on several machines for longer: so migrations expand first, and contract in a later release.
"""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from blog.config import ROOT
from blog.db import make_engine
from blog.health import newest_revision
from blog.local.server import BucketServer
from tests import photos
from tests.conftest import migrate
from tests.postgres import new_database
from tests.remote import RemoteAuthor
from tests.servers import first_link, gunicorn, production, run

EXPANDING = """
    op.create_table(
        "comments", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("body", sa.Text())
    )
    op.add_column("posts", sa.Column("subtitle", sa.String(200), nullable=True))
    is_pinned = sa.Column("is_pinned", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("posts", is_pinned)
    op.create_index("ix_posts_subtitle", "posts", ["subtitle"])
"""
FAILING = EXPANDING + '    op.execute("SELECT no_such_column FROM posts")\n'


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of its own, for its schema changes."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'blog.db'}"
        migrate(url)
        yield url
        return
    with new_database(request.getfixturevalue("postgres_url"), "for_a_release") as url:
        migrate(url)
        yield url


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A checkout of the next release, as far as its release command needs it."""
    folder = tmp_path / "release"
    shutil.copytree(ROOT / "alembic", folder / "alembic")
    shutil.copy(ROOT / "alembic.ini", folder)
    (folder / "blog").symlink_to(ROOT / "blog")
    return folder


def add_migration(release: Path, body: str) -> None:
    (release / "alembic" / "versions" / "next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision, down_revision = "next", "{newest_revision()}"\n'
        f"def upgrade():\n{body}"
    )


def test_an_old_worker_survives_the_new_schema(
    database_url: str, bucket: BucketServer, release: Path
) -> None:
    environment = production(database_url, bucket.url)
    link = first_link(environment)
    add_migration(release, EXPANDING)
    with gunicorn(environment) as server, RemoteAuthor(server.url) as author:
        author.welcome(link)
        author.publish("Before", "Words")
        use(author)

        run(environment, "alembic", "upgrade", "head", folder=release)

        assert "subtitle" in columns(database_url, "posts")
        author.publish("After", "More words")
        use(author)
        assert author.upload(photos.jpeg())["url"]
        assert "After" in author.get("/")
        assert server.stop() == 0
        assert "Traceback" not in server.log


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_release_that_fails_leaves_the_old_schema_and_the_old_workers(
    database_url: str, bucket: BucketServer, release: Path
) -> None:
    environment = production(database_url, bucket.url)
    link = first_link(environment)
    add_migration(release, FAILING)
    with gunicorn(environment) as server, RemoteAuthor(server.url) as author:
        author.welcome(link)

        said = run(environment, "alembic", "upgrade", "head", folder=release, code=1)

        assert "no_such_column" in said
        assert "subtitle" not in columns(database_url, "posts")
        assert "comments" not in tables(database_url)
        assert revision(database_url) == newest_revision()
        author.publish("Before", "Words")
        use(author)


def use(author: RemoteAuthor) -> None:
    """Often enough that every worker has its statements prepared, which a new schema may void."""
    for _ in range(16):
        assert "Words" in author.get("/posts/before")
        author.get("/admin/posts/")
        author.get("/readyz")


def columns(url: str, table: str) -> set[str]:
    engine = make_engine(url, pooled=False)
    found = {column["name"] for column in inspect(engine).get_columns(table)}
    engine.dispose()
    return found


def tables(url: str) -> set[str]:
    engine = make_engine(url, pooled=False)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


def revision(url: str) -> str | None:
    engine = make_engine(url, pooled=False)
    with engine.connect() as connection:
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    engine.dispose()
    return found


MIGRATIONS = sorted((ROOT / "alembic" / "versions").glob("*.py"))


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_expands_or_says_that_it_contracts(path: Path) -> None:
    source = path.read_text()
    says_so = "contract:" in (ast.get_docstring(ast.parse(source)) or "")

    assert says_so or contractions(source) == [], (
        "Old workers may still need what this takes away. Do it one release after the code that "
        "stopped using it, and say so in the docstring: “contract: …”."
    )


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_table("posts")',
        'op.drop_column("posts", "title")',
        'posts.drop_column("title")',
        'op.drop_constraint("uq_posts_slug", "posts")',
        'op.rename_table("posts", "articles")',
        'op.alter_column("posts", "title", new_column_name="heading")',
        'op.alter_column("posts", "title", type_=sa.String(10))',
        'op.alter_column("posts", "title", nullable=False)',
        'op.add_column("posts", sa.Column("x", sa.Text(), nullable=False))',
        'op.create_unique_constraint("uq", "posts", ["title"])',
        'op.create_check_constraint("ck", "posts", "id > 1")',
        'op.create_foreign_key("fk", "posts", "users", ["a"], ["id"])',
        'op.create_index("ix", "posts", ["title"], unique=True)',
        'op.execute("ALTER TABLE posts DROP COLUMN title")',
        'op.execute(sa.text("alter table posts rename title to heading"))',
        'op.execute("ALTER TABLE posts ALTER COLUMN title SET NOT NULL")',
    ],
)
def test_what_old_workers_would_miss_is_found(line: str) -> None:
    assert contractions(f"def upgrade():\n    {line}\n") != []
    assert contractions(f"def upgrade():\n    pass\ndef downgrade():\n    {line}\n") == []


def test_what_old_workers_do_not_see_is_let_through() -> None:
    lines = [
        'op.create_table("a", sa.Column("id", sa.Integer(), nullable=False))',
        'op.create_index("ix", "a", ["id"], unique=True)',
        'op.add_column("posts", sa.Column("x", sa.Text(), nullable=True))',
        'op.add_column("posts", sa.Column("y", sa.Text(), nullable=False, server_default=""))',
        'op.alter_column("posts", "title", nullable=True)',
        'op.execute("UPDATE posts SET x = title")',
    ]

    assert contractions("def upgrade():\n" + "".join(f"    {line}\n" for line in lines)) == []


TIGHTENING_SQL = re.compile(
    r"\b(DROP|RENAME|TRUNCATE|ADD\s+CONSTRAINT|SET\s+NOT\s+NULL|TYPE)\s", re.IGNORECASE
)


def contractions(source: str) -> list[str]:
    """What a migration does, on its way up, that drops, renames or tightens."""
    module = ast.parse(source)
    up = [
        node
        for statement in module.body
        if not (isinstance(statement, ast.FunctionDef) and statement.name == "downgrade")
        for node in ast.walk(statement)
    ]
    calls = [each for each in up if isinstance(each, ast.Call)]
    new = {_text(each.args[0]) for each in calls if _name(each) == "create_table"}
    found = [ast.unparse(each) for each in calls if _contracts(each, new)]
    in_calls = (node for each in calls for node in ast.walk(each))
    return found + [sql for node in in_calls if TIGHTENING_SQL.search(sql := _text(node) + " ")]


def _contracts(call: ast.Call, new_tables: set[str]) -> bool:
    name = _name(call)
    given = {each.arg: ast.unparse(each.value) for each in call.keywords}
    if name == "alter_column":
        return bool({"new_column_name", "type_"} & given.keys()) or given.get("nullable") == "False"
    if name == "add_column":
        column = next((each for each in call.args if isinstance(each, ast.Call)), None)
        if column is None:
            return True  # nobody can see what it adds: the column is written where it is added
        said = {each.arg: ast.unparse(each.value) for each in column.keywords}
        return said.get("nullable") == "False" and "server_default" not in said
    if name == "create_index":
        return given.get("unique") == "True" and _text(call.args[1]) not in new_tables
    constraints = ("unique_constraint", "check_constraint", "foreign_key", "exclude_constraint")
    tightening = [f"create_{each}" for each in constraints]
    return name.startswith("drop_") or name in ("rename_table", *tightening)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
