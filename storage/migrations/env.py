"""Run by Alembic inside ``storage.migrate``'s transaction; never by Alembic's own command line."""

from alembic import context

from storage.tables import META

context.configure(connection=context.config.attributes["connection"], target_metadata=META)
context.run_migrations()
