"""Kinds of media, uploads in parts, what was signed for whom, and what each day stored.

Revision: d4f3, after c3e2
"""

import sqlalchemy as sa

from alembic import op

revision = "d4f3"
down_revision = "c3e2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("assets") as assets:
        assets.add_column(
            sa.Column("kind", sa.String(10), nullable=False, server_default="picture")
        )
        assets.create_index(op.f("ix_assets_kind_id"), ["kind", "id"])
    with op.batch_alter_table("files") as files:
        files.add_column(sa.Column("multipart_id", sa.String(1024), nullable=True))
        files.add_column(sa.Column("part_size", sa.Integer(), nullable=True))
        files.create_index(op.f("ix_files_key"), ["key"])
        files.create_index(op.f("ix_files_sha256"), ["sha256"])
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_signatures_user_id_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["assets.id"],
            name=op.f("fk_signatures_asset_id_assets"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
    )
    op.create_index(op.f("ix_signatures_asset_id"), "signatures", ["asset_id"])
    op.create_index(op.f("ix_signatures_user_id_signed_at"), "signatures", ["user_id", "signed_at"])
    op.create_table(
        "storage_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_storage_days")),
    )
    # What was stored before the days were counted came on the day of its confirmation.
    op.execute(
        "INSERT INTO storage_days (day, size, objects) "
        "SELECT date(confirmed_at), sum(size), count(*) FROM files "
        "WHERE confirmed_at IS NOT NULL GROUP BY date(confirmed_at)"
    )


def downgrade() -> None:
    op.drop_table("storage_days")
    op.drop_table("signatures")
    with op.batch_alter_table("files") as files:
        files.drop_index(op.f("ix_files_sha256"))
        files.drop_index(op.f("ix_files_key"))
        files.drop_column("part_size")
        files.drop_column("multipart_id")
    with op.batch_alter_table("assets") as assets:
        assets.drop_index(op.f("ix_assets_kind_id"))
        assets.drop_column("kind")
