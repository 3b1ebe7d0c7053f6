"""The life of requests as events, what finds duplicates, and the signatures of alerts."""

import sqlalchemy as sa
from alembic import op

from integrations.report_places import address_key

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("service_requests") as table:
        table.add_column(sa.Column("agency", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("duplicate_of", sa.Integer()))
        table.add_column(sa.Column("n_people", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("address_key", sa.String(200), nullable=False, server_default=""))
        table.create_foreign_key(
            "fk_service_requests_duplicate_of", "service_requests", ["duplicate_of"], ["id"]
        )
    op.create_index("ix_service_requests_code", "service_requests", ["service_code", "requested_at"])
    op.create_index("ix_service_requests_address", "service_requests", ["service_code", "address_key"])
    op.create_index("ix_service_requests_position", "service_requests", ["service_code", "latitude"])
    op.create_index("ix_service_requests_duplicate_of", "service_requests", ["duplicate_of"])
    op.create_table(
        "request_events",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("request_id", sa.Integer(), sa.ForeignKey("service_requests.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("media_url", sa.Text(), nullable=False),
        sa.Column("update_id", sa.String(128)),
        sa.Column("phone", sa.String(64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
    )
    op.create_index("ix_request_events_request", "request_events", ["request_id", "id"])
    op.create_index("ix_request_events_at", "request_events", ["at"])
    op.create_index("ix_request_events_once", "request_events", ["request_id", "update_id"], unique=True)
    op.create_table(
        "seen_signatures",
        sa.Column("signature", sa.String(64), primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_seen_signatures_at", "seen_signatures", ["seen_at"])
    _bring_old_requests_along()


def _bring_old_requests_along() -> None:
    """Give requests from before their address key, and the events that are known of them."""
    requests = sa.table(
        "service_requests",
        *(sa.column(name) for name in ("id", "state", "address", "address_key")),
        *(sa.column(name, sa.DateTime(timezone=True)) for name in ("requested_at", "updated_at")),
    )
    events = sa.table(
        "request_events",
        *(
            sa.column(name)
            for name in ("request_id", "author", "state", "status", "note", "media_url", "phone")
        ),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("details", sa.JSON()),
    )
    connection = op.get_bind()
    connection.execute(sa.update(requests).where(requests.c.state == "open").values(state="triaged"))
    known = {"triaged": "INVESTIGATING", "closed": "CLOSED"}
    for row in connection.execute(sa.select(requests)).all():
        connection.execute(
            sa.update(requests).where(requests.c.id == row.id).values(address_key=address_key(row.address))
        )
        lived = [("received", "OPEN", row.requested_at)]
        if row.state in known:
            lived.append((row.state, known[row.state], row.updated_at))
        common = {"request_id": row.id, "author": "migration", "note": "", "media_url": "", "phone": ""}
        connection.execute(
            sa.insert(events),
            [
                {**common, "state": state, "status": status, "at": at, "details": {}}
                for state, status, at in lived
            ],
        )


def downgrade() -> None:
    op.drop_table("seen_signatures")
    op.drop_table("request_events")
    for name in ("duplicate_of", "position", "address", "code"):
        op.drop_index(f"ix_service_requests_{name}", "service_requests")
    op.execute("UPDATE service_requests SET state = 'closed' WHERE state IN ('done', 'duplicate')")
    op.execute("UPDATE service_requests SET state = 'open' WHERE state NOT IN ('received', 'closed')")
    with op.batch_alter_table("service_requests") as table:
        table.drop_constraint("fk_service_requests_duplicate_of", type_="foreignkey")
        for name in ("address_key", "n_people", "duplicate_of", "agency"):
            table.drop_column(name)
