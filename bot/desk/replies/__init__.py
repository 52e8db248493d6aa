"""Approved replies, offered for like questions as long as the clauses under them stand."""
