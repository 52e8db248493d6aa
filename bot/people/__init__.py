"""Who may do what: people, their passwords, their keys and the table of permissions."""
