"""A customer's message → its questions → the cited draft of a reply."""
