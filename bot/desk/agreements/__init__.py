"""Agreements from the desk: uploaded, reviewed, published, taken back."""
