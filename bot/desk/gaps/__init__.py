"""Questions that went badly, grouped, marked and counted by week."""
