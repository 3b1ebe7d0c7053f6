"""What the city steers without a restart."""

import sqlalchemy as sa
from alembic import op

revision = "0007_steering"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "steering_versions",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("summary", sa.String(200), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("steering_versions")
