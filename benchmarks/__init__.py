"""Figures, printed and not asserted: quality, speed, memory."""
