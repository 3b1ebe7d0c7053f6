"""What conversations come to, counted day by day; turns know the procedure that they were told."""

import sqlalchemy as sa
from alembic import op

revision = "daily_counts"
down_revision = "steering"


def upgrade() -> None:
    # Never in Alembic's batch mode: it makes the table anew on SQLite, which loses the index of words.
    op.add_column("turns", sa.Column("procedure", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "counted_days",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "daily_counts",
        sa.Column("day", sa.Date(), sa.ForeignKey("counted_days.day", ondelete="CASCADE"), primary_key=True),
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("counts", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("daily_counts")
    op.drop_table("counted_days")
    op.execute("ALTER TABLE turns DROP COLUMN procedure")
