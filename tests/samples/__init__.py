"""The agreements of the corpus as Word, PDF and web page: ``python -m tests.samples FOLDER``."""
