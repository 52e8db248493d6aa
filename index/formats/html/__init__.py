"""Web pages as a person sees them; ``page`` is the door.

``sight`` measures what every element holds, ``folds`` tells what is hidden for good from what a
click opens, ``around`` what stands around the agreement; ``writer`` writes the rest, with ``style``
for what the page's style sheets say, ``numbers`` for what a browser prints before an entry and
``tables`` for rows and columns. What is not read is noted, with why.
"""
