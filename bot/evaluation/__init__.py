"""Answers scored against known questions, and the report of it."""
