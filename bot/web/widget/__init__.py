"""The widget for help centers: one script, its frame, its documentation and a live demo."""
