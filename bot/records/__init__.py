"""What an answer rested on: its record, whether its citations still stand, and its exports."""
