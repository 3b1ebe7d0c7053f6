"""Conversations know which version of what the city steers they began with, and whether they helped."""

import sqlalchemy as sa
from alembic import op

revision = "steering"
down_revision = "sign_ins"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("steering", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("conversations", sa.Column("is_satisfied", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("conversations", "is_satisfied")
    op.drop_column("conversations", "steering")
