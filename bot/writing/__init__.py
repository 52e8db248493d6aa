"""Answers that a language model writes, and the gate that they pass."""
