"""Agreement files in, searchable clauses out; knows nothing of chat."""
