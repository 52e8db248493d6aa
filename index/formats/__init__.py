"""Word, PDF and saved web pages → the text a reader sees; ``document.py`` is the door.

``document`` tells by its first bytes what a file is and has it parsed in a process of its own with
limits (``__main__``); ``html``, ``docx`` and ``pdf`` write its text: headings as Markdown's, every
number as a reader sees it, tables as rows.
"""
