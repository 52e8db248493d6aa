"""What was acknowledged is never lost: it waits in the outbox until the database takes it."""
