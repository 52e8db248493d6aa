"""How the clauses of a text are found; ``index/segment.py`` is the door.

A text goes through these in turn: ``page`` and ``layout`` cut it into lines, ``furniture``
sets aside what is no agreement, ``labels`` reads the numbers that lines begin with,
``fitting`` and ``outline`` decide by sequence which of them open a clause and under what,
``titles`` and ``headings`` tell a title from a body, and ``scribe`` writes the clauses.
"""
