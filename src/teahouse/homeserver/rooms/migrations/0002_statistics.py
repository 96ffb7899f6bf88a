"""Tells PostgreSQL that a shard follows from the room or the user.

Without it the planner takes the two for independent, expects few rows, and sorts a whole room
instead of walking an index that is in order.
"""

from alembic import op

revision = "rooms_0002"
down_revision = "rooms_0001"
branch_labels = None
depends_on = None

DEPENDENT = {"event": "room_id", "room_state": "room_id", "membership": "user_id"}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column in DEPENDENT.items():
            op.execute(
                f"CREATE STATISTICS {table}_shard (dependencies) ON shard, {column} FROM {table}"
            )
