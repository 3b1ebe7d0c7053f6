"""Finds the report that has an identifier of the city's system."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_reports_backend_id", "reports", ["backend_id"])


def downgrade() -> None:
    op.drop_index("ix_reports_backend_id", "reports")
