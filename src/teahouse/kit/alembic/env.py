"""Alembic's entry: runs on the connection that `teahouse.kit.migrations` hands over."""

from alembic import context

from teahouse.kit.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=context.config.attributes.get("include_object"),
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
