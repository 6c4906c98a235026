"""The library: which media each post holds, and the words that assets are found by.

Revision: e5a4, after d4f3
"""

import re
import unicodedata

import sqlalchemy as sa

from alembic import op

revision = "e5a4"
down_revision = "d4f3"
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 200

# As they were on the day of this migration, whatever becomes of the application's own.
REFERENCE = re.compile(r"(?<!\w)media:([0-9a-f]{12})(?!\w)")
EXTENSION = re.compile(r"\.(?:jpe?g|png|webp|gif|avif|mp4|m4v|webm)(?!\w)", re.IGNORECASE)
LONGEST_WORD = 40


def upgrade() -> None:
    is_postgres = op.get_context().dialect.name == "postgresql"
    op.create_table(
        "post_media",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("digits", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["posts.id"],
            name=op.f("fk_post_media_post_id_posts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_id", "digits", name=op.f("pk_post_media")),
    )
    op.create_index(op.f("ix_post_media_digits"), "post_media", ["digits"])
    op.create_table(
        "asset_words",
        # Compared byte by byte, as SQLite does by itself: else no index finds what begins with
        # some letters.
        sa.Column(
            "word", sa.String(LONGEST_WORD, collation="C" if is_postgres else None), nullable=False
        ),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["assets.id"],
            name=op.f("fk_asset_words_asset_id_assets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("word", "asset_id", name=op.f("pk_asset_words")),
    )
    op.create_index("ix_asset_words_asset_id_word", "asset_words", ["asset_id", "word"])
    with op.batch_alter_table("assets") as assets:
        assets.add_column(
            sa.Column("is_used", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        assets.create_index("ix_assets_is_used_id", ["is_used", "id"])
        assets.create_index("ix_assets_is_used_kind_id", ["is_used", "kind", "id"])
    fill_post_media()
    fill_asset_words()


def downgrade() -> None:
    with op.batch_alter_table("assets") as assets:
        assets.drop_index("ix_assets_is_used_kind_id")
        assets.drop_index("ix_assets_is_used_id")
        assets.drop_column("is_used")
    op.drop_table("asset_words")
    op.drop_table("post_media")


def fill_post_media() -> None:
    posts = sa.table("posts", sa.column("id"), sa.column("body"))
    post_media = sa.table("post_media", sa.column("post_id"), sa.column("digits"))
    for rows in batches(posts, posts.c.id, posts.c.body):
        found = [
            {"post_id": number, "digits": digits}
            for number, body in rows
            for digits in sorted(set(REFERENCE.findall(body)))
        ]
        if found:
            op.get_bind().execute(post_media.insert(), found)
    op.execute(
        "UPDATE assets SET is_used = true "
        "WHERE EXISTS (SELECT 1 FROM post_media WHERE post_media.digits = assets.digits)"
    )


def fill_asset_words() -> None:
    assets = sa.table("assets", sa.column("id"), sa.column("filename"), sa.column("alt"))
    asset_words = sa.table("asset_words", sa.column("word"), sa.column("asset_id"))
    for rows in batches(assets, assets.c.id, assets.c.filename, assets.c.alt):
        found = [
            {"word": word, "asset_id": number}
            for number, filename, alt in rows
            for word in sorted(words_of(filename) | words_of(alt))
        ]
        if found:
            op.get_bind().execute(asset_words.insert(), found)


def batches(table, *columns):  # type: ignore[no-untyped-def]
    """The rows, some at a time: texts may be long, and all of them need not fit into memory."""
    last = 0
    while True:
        some = sa.select(*columns).where(table.c.id > last).order_by(table.c.id)
        rows = op.get_bind().execute(some.limit(ROWS_AT_ONCE)).all()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def words_of(text: str) -> set[str]:
    folded = unicodedata.normalize("NFKD", EXTENSION.sub(" ", text).casefold())
    letters = "".join(
        c if c.isalnum() else "" if unicodedata.category(c)[0] == "M" else " " for c in folded
    )
    return {word[:LONGEST_WORD] for word in letters.split()}
