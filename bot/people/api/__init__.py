"""People, keys, sessions and the audit log on the web."""
