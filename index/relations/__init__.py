"""How clauses stand to each other: what they say of one another, and what a reader has seen.

``mention`` and ``mentions_zh``, ``mentions_en`` find where words speak of another clause,
``numbering`` knows where numbers lead, ``references`` joins both, ``relations`` is the door.
"""
