"""Question → evidence → an answer that cites its clauses; ``bot`` is the whole story."""
