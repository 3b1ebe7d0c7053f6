"""How many people told of a report, and what finds the same problem told again."""

import sqlalchemy as sa
from alembic import op

from integrations.protocols import Place
from integrations.report_places import place_key

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("reports", sa.Column("place_key", sa.String(200), nullable=False, server_default=""))
    op.add_column("reports", sa.Column("closed_at", sa.DateTime(timezone=True)))
    _fill_place_keys()
    op.create_index("ix_reports_place_key", "reports", ["problem_code", "place_key"])
    op.create_index("ix_reports_position", "reports", ["problem_code", "latitude"])
    op.create_table(
        "report_people",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("reference", sa.String(32), sa.ForeignKey("reports.reference"), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_report_people_once", "report_people", ["reference", "conversation_id"], unique=True)
    op.create_index("ix_report_people_phone", "report_people", ["phone", "joined_at"])


def _fill_place_keys() -> None:
    reports = sa.table(
        "reports",
        *(sa.column(name) for name in ("reference", "street", "house_number", "landmark", "place_key")),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(reports)).all():
        key = place_key(Place("", row.street, row.house_number, row.landmark))
        if key:
            connection.execute(
                sa.update(reports).where(reports.c.reference == row.reference).values(place_key=key)
            )


def downgrade() -> None:
    op.drop_table("report_people")
    op.drop_index("ix_reports_position", "reports")
    op.drop_index("ix_reports_place_key", "reports")
    op.drop_column("reports", "closed_at")
    op.drop_column("reports", "place_key")
