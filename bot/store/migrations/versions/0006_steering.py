"""Conversations know which version of what the city steers they began with, and whether they helped."""

import sqlalchemy as sa
from alembic import op

revision = "steering"
down_revision = "reviews"


def upgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("steering", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("is_satisfied", sa.Boolean()))


def downgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.drop_column("is_satisfied")
        table.drop_column("steering")
