"""Question → clauses: every field of every clause searched by vectors and words, then ranked.

``fields`` says through what a clause is searched, ``field_search`` asks each channel (``embedder``
and ``vectors``, ``words``), ``ranking`` joins what they say, ``clause_index`` is the door.
"""
