"""Make the bundled embedding model from a folder of data files."""
