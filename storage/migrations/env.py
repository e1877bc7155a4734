"""How alembic runs our changes: inside the transaction it was given, so that a change happens whole or not at all."""

from alembic import context

from storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
