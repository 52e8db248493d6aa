"""Word, PDF and saved web pages → the text a reader sees; ``document.py`` is the door.

``signature`` tells by its first bytes what a file is, ``child`` parses it in a process of its own
with limits, and ``html``, ``docx`` and ``pdf`` write its text: headings as Markdown's, every
number as a reader sees it, tables as rows.
"""
