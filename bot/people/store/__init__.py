"""People, their sessions, keys and audit log, as the database keeps them."""
