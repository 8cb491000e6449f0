"""What the Words page needs: unfinished edits, counters, sessions that can be listed and ended."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only additions: sessions that are open stay open."""
    op.create_table(
        "edits",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("editor", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_edits")),
    )
    op.create_index(op.f("ix_edits_editor"), "edits", ["editor"], unique=False)
    op.create_table(
        "counts",
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("release_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("part", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "release_id", "kind", "key", "part", name=op.f("pk_counts")),
    )
    op.add_column("sessions", sa.Column("created_at", sa.BigInteger(), nullable=True))
    op.add_column("sessions", sa.Column("last_seen_at", sa.BigInteger(), nullable=True))
    op.add_column("sessions", sa.Column("note", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_sessions_subject"), "sessions", ["subject"], unique=False)
    op.add_column("audit", sa.Column("outside", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_audit_conversation_id"), "audit", ["conversation_id"], unique=False)
