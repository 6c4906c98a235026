"""Assets and their files in the bucket.

Revision: c3e2, after b2d1
"""

import sqlalchemy as sa

from alembic import op

revision = "c3e2"
down_revision = "b2d1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("digits", sa.String(12), nullable=True),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("alt", sa.String(1000), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_assets_created_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("digits", name=op.f("uq_assets_digits")),
        sa.UniqueConstraint("sha256", name=op.f("uq_assets_sha256")),
        sqlite_autoincrement=True,  # numbers of what was deleted are not given again
    )
    op.create_index(op.f("ix_assets_created_at"), "assets", ["created_at"])
    op.create_index(op.f("ix_assets_created_by_id"), "assets", ["created_by_id"])
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("pending_key", sa.String(100), nullable=False),
        sa.Column("key", sa.String(100), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["assets.id"],
            name=op.f("fk_files_asset_id_assets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("pending_key", name=op.f("uq_files_pending_key")),
    )
    op.create_index(op.f("ix_files_asset_id"), "files", ["asset_id"])


def downgrade() -> None:
    op.drop_table("files")
    op.drop_table("assets")
