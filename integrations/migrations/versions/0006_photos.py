"""A report may carry a photo."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("reports", sa.Column("photo_url", sa.String(500), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("reports", "photo_url")
