"""The widget for help centers: one script, its frame, its documentation and a live demo."""

from __future__ import annotations

from bot.web.widget.routes import widget_routes

__all__ = ["widget_routes"]
