"""How the clauses of a text are found; ``segment.py`` is the door.

A text goes through these in turn: ``lines`` cuts it into lines, ``boilerplate`` sets aside what is
no agreement (``contents`` finds the tables of contents, ``surroundings`` the head and the foot of a
saved page), ``labels`` reads the numbers that lines begin with, ``levels`` decides by sequence
which of them open a clause and under what, ``headings`` tells a title from a body, ``reader`` goes
through the lines in order, and ``outline_builder`` writes the clauses.
"""
